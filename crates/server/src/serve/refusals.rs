//! Gives the errors of hyper itself the body that every other error has.
//!
//! What cannot be read as HTTP/1 never reaches a route: hyper answers with a bare status and closes. It has no hook for
//! that, so the answer is changed on its way out. Ours are known by their trace id.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use opnc_messages::ErrorBody;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use uuid::Uuid;

/// Makes trace ids.
pub(super) type NewTrace = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// The start of an answer that refuses a request.
const REFUSAL: &[u8] = b"HTTP/1.1 4";
/// The header that every answer of ours has, as it is written.
const TRACE: &[u8] = b"\r\nopnc-trace-id: ";

/// A stream on which hyper's own refusals are given a body.
pub(super) struct WithBodies<S> {
    stream: S,
    new_trace: NewTrace,
    /// What is written in the place of a bare refusal, and how much of it is written.
    instead: Vec<u8>,
    written: usize,
}

impl<S> WithBodies<S> {
    pub(super) fn new(stream: S, new_trace: NewTrace) -> Self {
        Self { stream, new_trace, instead: Vec::new(), written: 0 }
    }
}

impl<S: AsyncWrite + Unpin> WithBodies<S> {
    fn write_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.instead.get(self.written..).filter(|rest| !rest.is_empty()) {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written = self.written.saturating_add(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for WithBodies<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.write_instead(context))?;
        match bare_status(bytes) {
            Some(status) => {
                self.instead = refusal(status, (self.new_trace)());
                self.written = 0;
                Poll::Ready(Ok(bytes.len()))
            }
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_instead(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.write_instead(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for WithBodies<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

/// The status line's code and reason, where this is a refusal that is not ours.
fn bare_status(bytes: &[u8]) -> Option<&str> {
    if !bytes.starts_with(REFUSAL) || bytes.windows(TRACE.len()).any(|window| window == TRACE) {
        return None;
    }
    let line = bytes.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok()?.strip_prefix("HTTP/1.1 ")
}

fn refusal(status: &str, trace: Uuid) -> Vec<u8> {
    let message = match status.get(..3) {
        Some("414") => "The address of the request is too long.",
        Some("431") => "The headers of the request are too large: 64 KiB and 100 headers are the most.",
        _ => "This is no well-formed HTTP/1.1 request.",
    };
    tracing::info!(status, trace_id = %trace, message, "request refused before it was read");
    let body = serde_json::to_string(&ErrorBody::new(vec![message.to_owned()], trace)).unwrap_or_default();
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\
         cache-control: no-store\r\nopnc-trace-id: {trace}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn sent(answer: &[u8]) -> String {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut stream = WithBodies::new(ours, Arc::new(|| Uuid::from_u128(7)));
        let answer = answer.to_vec();
        let writing = tokio::spawn(async move {
            stream.write_all(&answer).await.unwrap();
            stream.shutdown().await.unwrap();
        });
        let mut text = String::new();
        theirs.read_to_string(&mut text).await.unwrap();
        writing.await.unwrap();
        text
    }

    #[tokio::test]
    async fn bare_refusals_get_a_body_and_everything_else_goes_through() {
        let text = sent(b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\r\n").await;
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "{head}");
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["traceId"], "00000000-0000-0000-0000-000000000007");
        assert_eq!(body["errorMessages"].as_array().unwrap().len(), 1);
        for other in [
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nopnc-trace-id: x\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "a body that speaks of HTTP/1.1 400",
        ] {
            assert_eq!(sent(other.as_bytes()).await, other);
        }
    }
}

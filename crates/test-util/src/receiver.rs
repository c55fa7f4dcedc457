//! A receiver of events that behaves as badly as a test wants.
//!
//! Made on a socket by hand, so that it can do what no proper server would.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Method, path with query, and version.
    pub line: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

/// What a receiver does with a request.
#[derive(Debug, Clone)]
pub enum Behaviour {
    /// It answers with this status.
    Status(u16),
    /// It answers with this status and body, as JSON.
    Json(u16, String),
    /// It does so after so many milliseconds.
    Slowly(u64, u16, String),
    /// It answers with this status and asks for patience of so many seconds.
    Later(u16, u32),
    /// It sends the caller elsewhere.
    Redirect(String),
    /// It never answers.
    Silent,
    /// It answers with 200, a byte at a time, and never ends.
    Dripping,
    /// It ends the connection without an answer.
    Reset,
    /// It ends the connection in the middle of the headers.
    HalfHeaders,
    /// It says 200 and ends the connection in the middle of the body.
    HalfBody,
    /// It says 200, and sends a body without an end.
    Huge,
    /// It answers twice to one request.
    Twice,
    /// It answers what is no HTTP.
    Garbage,
}

/// A receiver on a loopback port, which ends with the test's runtime.
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    came: Arc<Notify>,
}

impl Received {
    /// The body, which must be JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

impl Receiver {
    /// One that takes everything.
    pub async fn good() -> Self {
        Self::start(|_| Behaviour::Status(200)).await
    }

    /// One that decides by what came.
    pub async fn start(behave: impl Fn(&Received) -> Behaviour + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/events", listener.local_addr().expect("an address"));
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (came, behave) = (Arc::new(Notify::new()), Arc::new(behave));
        let (kept, told) = (Arc::clone(&received), Arc::clone(&came));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, told, behave) = (Arc::clone(&kept), Arc::clone(&told), Arc::clone(&behave));
                tokio::spawn(async move {
                    let mut connection = Connection { stream, read: Vec::new() };
                    while let Some(request) = connection.request().await {
                        let behaviour = behave(&request);
                        kept.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                        told.notify_waiters();
                        if !connection.answer(&behaviour).await {
                            break;
                        }
                    }
                });
            }
        });
        Self { url, received, came }
    }

    /// What stands before the paths.
    pub fn base_url(&self) -> &str {
        self.url.trim_end_matches("/events")
    }

    /// Everything that came so far, in order.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until at least so many requests came.
    pub async fn wait_for(&self, number: usize) -> Vec<Received> {
        let enough = async {
            loop {
                let came = self.came.notified();
                let received = self.received();
                if received.len() >= number {
                    return received;
                }
                came.await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), enough).await.expect("the events arrive within 30 seconds")
    }
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    /// The next request, if one comes.
    async fn request(&mut self) -> Option<Received> {
        loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
                let headers: BTreeMap<String, String> = head
                    .split("\r\n")
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                    .collect();
                let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
                let whole = end + 4 + length;
                if self.read.len() >= whole {
                    let rest = self.read.split_off(whole);
                    let body = std::mem::replace(&mut self.read, rest).split_off(end + 4);
                    let line = head.split("\r\n").next().unwrap_or_default().to_owned();
                    return Some(Received { line, headers, body });
                }
            }
            if self.stream.read_buf(&mut self.read).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// Answers, and says whether the connection goes on.
    async fn answer(&mut self, behaviour: &Behaviour) -> bool {
        let head = |status: u16, more: &str| format!("HTTP/1.1 {status} X\r\n{more}\r\n");
        let empty = |status| head(status, "content-length: 0\r\n");
        let json = |status: u16, body: &str| {
            let more = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
            format!("{}{body}", head(status, &more))
        };
        match behaviour {
            Behaviour::Status(status) => self.write(&empty(*status)).await,
            Behaviour::Json(status, body) => self.write(&json(*status, body)).await,
            Behaviour::Slowly(milliseconds, status, body) => {
                tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
                self.write(&json(*status, body)).await
            }
            Behaviour::Later(status, seconds) => {
                self.write(&head(*status, &format!("retry-after: {seconds}\r\ncontent-length: 0\r\n"))).await
            }
            Behaviour::Redirect(to) => {
                self.write(&head(307, &format!("location: {to}\r\ncontent-length: 0\r\n"))).await
            }
            Behaviour::Silent => std::future::pending().await,
            Behaviour::Dripping => {
                let mut more = self.write(&head(200, "content-length: 1000000\r\n")).await;
                while more {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    more = self.write("x").await;
                }
                false
            }
            Behaviour::Reset => {
                // Closed with unread data or lingering off, TCP answers with a reset.
                let _ = self.stream.set_zero_linger();
                false
            }
            Behaviour::HalfHeaders => {
                self.write("HTTP/1.1 200 OK\r\ncontent-le").await;
                false
            }
            Behaviour::HalfBody => {
                self.write(&format!("{}half", head(200, "content-length: 100\r\n"))).await;
                false
            }
            Behaviour::Huge => {
                let mut more = self.write(&head(200, "content-length: 1000000000000\r\n")).await;
                let chunk = "x".repeat(64 * 1024);
                while more {
                    more = self.write(&chunk).await;
                }
                false
            }
            Behaviour::Twice => self.write(&format!("{}{}", empty(200), empty(500))).await,
            Behaviour::Garbage => {
                self.write("SSH-2.0-OpenSSH_9.2\r\n").await;
                false
            }
        }
    }

    async fn write(&mut self, text: &str) -> bool {
        self.stream.write_all(text.as_bytes()).await.is_ok()
    }
}

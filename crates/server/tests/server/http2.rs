//! HTTP/2 in frames made by hand, as no well-meaning client would send them (RFC 9113, RFC 7541).

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use opnc_test_util::TestEcosystem;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::tools::Pki;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
/// END_STREAM and END_HEADERS.
const WHOLE: u8 = 0x5;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 0xb;
/// GET https://x/livez in HPACK, without any dynamic entry.
const ALIVE: &[u8] = b"\x82\x87\x04\x06/livez\x01\x01x";

struct Frame {
    kind: u8,
    stream: u32,
    payload: Vec<u8>,
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [head.as_slice(), payload].concat()
}

/// A connection that speaks HTTP/2, its preface sent.
async fn connect(pki: &Pki, ecosystem: &TestEcosystem) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(&fs::read(pki.path("ca.pem")).unwrap()).unwrap();
    roots.add(ca).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = TcpStream::connect(ecosystem.server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
    stream
}

/// The first frame from the server that fits; `None` when it closes the connection before.
async fn next(stream: &mut TlsStream<TcpStream>, fits: impl Fn(&Frame) -> bool) -> Option<Frame> {
    let read = async {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.ok()?;
            let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).await.ok()?;
            let id = u32::from_be_bytes(head[5..9].try_into().unwrap());
            let frame = Frame { kind: head[3], stream: id, payload };
            if fits(&frame) {
                return Some(frame);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.expect("the server does something")
}

async fn is_alive(pki: &Pki, ecosystem: &TestEcosystem) {
    let url = format!("{}/livez", ecosystem.base_url());
    let said = pki.curl(&["--http2", &url]).await;
    assert_eq!(said.err, "200 2", "{}", said.out);
}

/// Requests that are taken back as soon as they are sent (CVE-2023-44487): the connection ends, the server does not.
#[tokio::test]
async fn a_flood_of_resets_ends_the_connection() {
    let pki = Pki::new().await;
    let ecosystem = pki.serve(|_| {}).await;
    let mut stream = connect(&pki, &ecosystem).await;
    let mut flood = Vec::new();
    for id in (0..500).map(|number| 2 * number + 1) {
        flood.extend(frame(HEADERS, WHOLE, id, ALIVE));
        flood.extend(frame(RST_STREAM, 0, id, &CANCEL.to_be_bytes()));
    }
    stream.write_all(&flood).await.unwrap();
    let away = next(&mut stream, |frame| frame.kind == GOAWAY).await.expect("a reason for the end");
    assert_eq!(away.payload[4..8], ENHANCE_YOUR_CALM.to_be_bytes());
    assert!(next(&mut stream, |_| false).await.is_none(), "the connection is closed");
    is_alive(&pki, &ecosystem).await;
}

/// A header of 4000 bytes, then a byte for each repetition: small on the wire, large when it is read.
#[tokio::test]
async fn headers_that_grow_when_they_are_read_are_refused() {
    let pki = Pki::new().await;
    let ecosystem = pki.serve(|_| {}).await;
    let mut stream = connect(&pki, &ecosystem).await;
    stream.write_all(&frame(HEADERS, WHOLE, 1, ALIVE)).await.unwrap();
    let answer = next(&mut stream, |frame| frame.kind == HEADERS && frame.stream == 1).await.unwrap();
    assert_eq!(answer.payload[0], 0x88, "status 200");
    // A literal that goes into the dynamic table: a name of one byte, a value of 4000 (127 + 33 + 30 * 128).
    let grown = [ALIVE, b"\x40\x01a\x7f\xa1\x1e", &[b'v'; 4000], &[0xbe; 1000]].concat();
    stream.write_all(&frame(HEADERS, WHOLE, 3, &grown)).await.unwrap();
    let ends = |frame: &Frame| frame.stream == 3 || frame.kind == GOAWAY;
    let away = next(&mut stream, ends).await.expect("a refusal");
    assert_eq!((away.kind, &away.payload[4..8]), (GOAWAY, &ENHANCE_YOUR_CALM.to_be_bytes()[..]));
    is_alive(&pki, &ecosystem).await;
}

//! Who calls, when a reverse proxy stands between: address and certificate, believed of configured proxies alone.
//!
//! A certificate in a header from anybody else is refused and not ignored: it is an attempt to be somebody else, or a proxy
//! that was forgotten in the configuration, and both should be noticed. `X-Forwarded-For` of anybody else is ignored,
//! because honest proxies of callers send it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opnc_client::outbound::Network;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::ProxyConfig;
use crate::error::Refusal;
use crate::tls::PeerCertificates;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");
const CLIENT_CERT_CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");
const FORWARDED_CLIENT_CERT: HeaderName = HeaderName::from_static("x-forwarded-client-cert");
/// Certificates that a proxy may hand over; real chains have four.
const MOST_CERTIFICATES: usize = 10;

/// The address that a request comes from, behind the proxies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallerAddress(pub(crate) IpAddr);

/// The proxies in front of this server.
#[derive(Debug, Default)]
pub(crate) struct Proxies {
    trusted: Vec<Network>,
    header: Option<HeaderName>,
}

impl Proxies {
    /// What the configuration says; what is wrong in it trusts nobody.
    pub(crate) fn new(config: &ProxyConfig) -> Self {
        let trusted = config.trusted.iter().filter_map(|text| text.parse().ok()).collect();
        let header = config.client_certificate_header.as_deref();
        Self { trusted, header: header.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok()) }
    }

    /// Whether this address is one of the proxies.
    pub(crate) fn trust(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address.to_canonical()))
    }

    /// The last address before the proxies.
    fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut caller = peer;
        let lines = headers.get_all(FORWARDED_FOR).into_iter().filter_map(|line| line.to_str().ok());
        let hops: Vec<_> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        for hop in hops.into_iter().rev() {
            if !self.trust(caller) {
                break;
            }
            let Ok(address) = hop.parse() else { break };
            caller = address;
        }
        caller
    }

    fn certificates(&self, headers: &HeaderMap) -> Result<Option<PeerCertificates>, Refusal> {
        let Some(name) = &self.header else { return Ok(None) };
        let mut values = headers.get_all(name).into_iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return if headers.contains_key(name) { Err(unreadable(name)) } else { Ok(None) };
        };
        let text = value.to_str().map_err(|_| unreadable(name))?;
        let chain = if *name == CLIENT_CERT {
            let above = headers.get(CLIENT_CERT_CHAIN).map_or(Ok(""), |chain| chain.to_str());
            bytes_of_fields(text, above.map_err(|_| unreadable(name))?)
        } else if *name == FORWARDED_CLIENT_CERT {
            of_envoy(text)
        } else if text.is_empty() {
            return Ok(None);
        } else {
            escaped_pem(text)
        };
        let chain = chain.filter(|chain| chain.len() <= MOST_CERTIFICATES).ok_or_else(|| unreadable(name))?;
        Ok(PeerCertificates::new(chain))
    }
}

/// Says who calls to everything further in.
pub(crate) async fn see_through(
    State(proxies): State<Arc<Proxies>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let mut caller = peer.ip();
    if proxies.trust(caller) {
        caller = proxies.caller(caller, request.headers());
        // What the proxy shows of itself is not the caller's.
        request.extensions_mut().remove::<PeerCertificates>();
        if let Some(certificates) = proxies.certificates(request.headers())? {
            request.extensions_mut().insert(certificates);
        }
    } else if let Some(name) = proxies.header.as_ref().filter(|name| request.headers().contains_key(*name)) {
        tracing::warn!(%name, address = %caller, "a certificate in a header from an address that is no proxy of ours");
        let message = format!("The header {name} may only come from a proxy of this server.");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    request.extensions_mut().insert(CallerAddress(caller.to_canonical()));
    Ok(next.run(request).await)
}

fn unreadable(name: &HeaderName) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, format!("The certificate in the header {name} cannot be read."))
}

/// RFC 9440: the leaf as one byte sequence of RFC 8941, what is above it as a list of them.
fn bytes_of_fields(leaf: &str, above: &str) -> Option<Vec<Vec<u8>>> {
    let above = above.split(',').filter(|field| !field.trim().is_empty());
    std::iter::once(leaf)
        .chain(above)
        .map(|field| BASE64_STANDARD.decode(field.trim().strip_prefix(':')?.strip_suffix(':')?).ok())
        .collect()
}

/// Elements in commas, the nearest proxy's last; in each, pairs with `;`. The chain, where it is there, has the leaf first.
fn of_envoy(text: &str) -> Option<Vec<Vec<u8>>> {
    let last = text.rsplit(',').next()?;
    let value = |wanted: &str| {
        last.split(';').find_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim_matches('"'))
        })
    };
    escaped_pem(value("Chain").or_else(|| value("Cert"))?)
}

/// PEM with `%` escapes; a `+` is one of base64.
fn escaped_pem(text: &str) -> Option<Vec<Vec<u8>>> {
    let form = format!("={}", text.replace('+', "%2B"));
    let (_, pem) = form_urlencoded::parse(form.as_bytes()).next()?;
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(pem.as_bytes()).map(|der| der.map(|der| der.to_vec())).collect();
    chain.ok().filter(|chain| !chain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn proxies(header: Option<&str>) -> Proxies {
        let trusted = vec!["10.0.0.7".to_owned(), "192.168.0.0/16".to_owned()];
        Proxies::new(&ProxyConfig { trusted, client_certificate_header: header.map(str::to_owned) })
    }

    #[test]
    fn the_caller_is_the_last_address_before_the_proxies() {
        let caller = |peer: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in forwarded {
                headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
            }
            proxies(None).caller(peer.parse().unwrap(), &headers).to_string()
        };
        assert_eq!(caller("203.0.113.1", &["1.1.1.1"]), "203.0.113.1");
        assert_eq!(caller("10.0.0.7", &[]), "10.0.0.7");
        assert_eq!(caller("10.0.0.7", &["8.8.8.8, 203.0.113.1"]), "203.0.113.1");
        assert_eq!(caller("10.0.0.7", &["8.8.8.8, 203.0.113.1, 192.168.3.4"]), "203.0.113.1");
        assert_eq!(caller("10.0.0.7", &["8.8.8.8", "203.0.113.1"]), "203.0.113.1");
        assert_eq!(caller("10.0.0.7", &["203.0.113.1, nonsense"]), "10.0.0.7");
    }

    #[test]
    fn certificates_in_three_forms() {
        let pem = "-----BEGIN CERTIFICATE-----\nAQID+/8=\n-----END CERTIFICATE-----\n";
        let escaped = pem.replace('\n', "%0A").replace(' ', "%20").replace('=', "%3D");
        let leaf = vec![1_u8, 2, 3, 0xfb, 0xff];
        let read = |name: &'static str, value: &str| {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())]);
            proxies(Some(name)).certificates(&headers)
        };
        for (name, value) in [
            ("x-ssl-client-cert", escaped.clone()),
            ("x-ssl-client-cert", escaped.replace('+', "%2B")),
            ("client-cert", ":AQID+/8=:".to_owned()),
            ("x-forwarded-client-cert", format!("Hash=1;Cert=\"{escaped}\";Subject=\"CN=a\"")),
            ("x-forwarded-client-cert", format!("Cert=\"%00\",By=x;cert={escaped}")),
        ] {
            let certificates = read(name, &value).unwrap().unwrap();
            assert_eq!((certificates.leaf(), certificates.above().len()), (leaf.as_slice(), 0), "{name}");
        }
        for (name, value) in
            [("x-ssl-client-cert", "nonsense"), ("client-cert", "AQID"), ("x-forwarded-client-cert", "By=x")]
        {
            assert_eq!(read(name, value).unwrap_err().status, StatusCode::BAD_REQUEST, "{name}");
        }
        assert!(read("x-ssl-client-cert", "").unwrap().is_none(), "nginx sends it empty without a certificate");
    }
}

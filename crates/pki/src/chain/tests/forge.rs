//! Certificates with any fault one likes, encoded by hand: the issuing code would refuse them.

use jiff::Timestamp;

use crate::certificate::{Certificate, KeyUsage};
use crate::key::{Algorithm, SoftwareKey};

/// Everything that can be put into a certificate, or left out of it.
#[derive(Clone)]
pub(super) struct Forged {
    pub(super) name: String,
    pub(super) domain: Option<&'static str>,
    pub(super) key: SoftwareKey,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    /// CA flag; `None` leaves the basic constraints out.
    pub(super) ca: Option<bool>,
    pub(super) path_length: Option<u8>,
    pub(super) usage: Option<KeyUsage>,
    /// Key identifiers are written where this is set.
    pub(super) identified: bool,
    pub(super) unknown_critical: bool,
    /// An extension that is not critical and unknown to everybody.
    pub(super) unknown: bool,
    pub(super) sha384: bool,
    pub(super) serial: u8,
}

pub(super) const SIGNS: KeyUsage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN);
pub(super) const AGREES: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT);

impl Forged {
    pub(super) fn ca(name: &str, path_length: Option<u8>) -> Self {
        Self {
            name: name.to_owned(),
            domain: Some("V2G"),
            key: SoftwareKey::generate(Algorithm::Secp256r1).unwrap(),
            from: "2025-01-01T00:00:00Z".parse().unwrap(),
            until: "2035-01-01T00:00:00Z".parse().unwrap(),
            ca: Some(true),
            path_length,
            usage: Some(SIGNS),
            identified: true,
            unknown_critical: false,
            unknown: false,
            sha384: false,
            serial: 1,
        }
    }

    /// A provisioning leaf.
    pub(super) fn leaf(name: &str) -> Self {
        Self { domain: Some("OEM"), ca: Some(false), usage: Some(AGREES), ..Self::ca(name, None) }
    }

    /// The same with a key of this algorithm.
    pub(super) fn of(self, algorithm: Algorithm) -> Self {
        Self { key: SoftwareKey::generate(algorithm).unwrap(), ..self }
    }

    /// The certificate of this subject that `issuer` signs.
    pub(super) fn by(&self, issuer: &Self) -> Certificate {
        self.signed_by(issuer, &issuer.key)
    }

    pub(super) fn self_signed(&self) -> Certificate {
        self.by(self)
    }

    /// The certificate that names `issuer`, signed with `key`.
    pub(super) fn signed_by(&self, issuer: &Self, key: &SoftwareKey) -> Certificate {
        let algorithm = match (self.sha384, key.public_key().algorithm()) {
            (true, _) => "2a8648ce3d040303", // ecdsa-with-SHA384
            (_, Algorithm::Secp256r1) => "2a8648ce3d040302",
            (_, Algorithm::Secp521r1) => "2a8648ce3d040304",
            (_, Algorithm::Ed448) => "2b6571",
        };
        let algorithm = tlv(0x30, &[oid(algorithm)]);
        let signed = tlv(
            0x30,
            &[
                hex::decode("a003020102").unwrap(),
                vec![2, 1, self.serial],
                algorithm.clone(),
                issuer.encoded_name(),
                tlv(0x30, &[date(self.from), date(self.until)]),
                self.encoded_name(),
                self.key.public_key().to_spki(),
                tlv(0xa3, &[tlv(0x30, &self.extensions(issuer))]),
            ],
        );
        let signature = tlv(0x03, &[vec![0], key.sign_der(&signed).unwrap()]);
        Certificate::from_der(&tlv(0x30, &[signed, algorithm, signature])).unwrap()
    }

    fn encoded_name(&self) -> Vec<u8> {
        let part = |kind: &str, tag, value: &str| {
            tlv(0x31, &[tlv(0x30, &[oid(kind), tlv(tag, &[value.as_bytes().to_vec()])])])
        };
        let domain = self.domain.map(|domain| part("0992268993f22c640119", 0x16, domain));
        tlv(0x30, &[part("550403", 0x0c, &self.name), domain.unwrap_or_default()])
    }

    fn extensions(&self, issuer: &Self) -> Vec<Vec<u8>> {
        let mut extensions = Vec::new();
        if let Some(ca) = self.ca {
            let flag = if ca { vec![1, 1, 0xff] } else { Vec::new() };
            let length = self.path_length.map(|length| vec![2, 1, length]).unwrap_or_default();
            extensions.push(extension("551d13", true, &tlv(0x30, &[flag, length])));
        }
        if let Some(usage) = self.usage {
            let byte = u8::try_from(usage.bits()).unwrap().reverse_bits();
            let unused = u8::try_from(byte.trailing_zeros().min(7)).unwrap();
            extensions.push(extension("551d0f", true, &[3, 2, unused, byte]));
        }
        if self.identified {
            let id = self.key.public_key().short_key_id().to_vec();
            extensions.push(extension("551d0e", false, &tlv(4, &[id])));
        }
        if issuer.identified {
            let id = issuer.key.public_key().short_key_id().to_vec();
            extensions.push(extension("551d23", false, &tlv(0x30, &[tlv(0x80, &[id])])));
        }
        if self.unknown {
            extensions.push(extension("2a0305", false, &[5, 0]));
        }
        if self.unknown_critical {
            extensions.push(extension("2a0304", true, &[5, 0]));
        }
        extensions
    }
}

fn extension(kind: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { vec![1, 1, 0xff] } else { Vec::new() };
    tlv(0x30, &[oid(kind), critical, tlv(4, &[value.to_vec()])])
}

fn oid(hex_digits: &str) -> Vec<u8> {
    tlv(6, &[hex::decode(hex_digits).unwrap()])
}

fn date(at: Timestamp) -> Vec<u8> {
    tlv(0x17, &[at.strftime("%y%m%d%H%M%SZ").to_string().into_bytes()])
}

fn tlv(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..=0x7f => vec![u8::try_from(short).unwrap()],
        middle @ 0x80..=0xff => vec![0x81, u8::try_from(middle).unwrap()],
        long => [&[0x82][..], &u16::try_from(long).unwrap().to_be_bytes()].concat(),
    };
    [&[tag][..], &length, &content].concat()
}

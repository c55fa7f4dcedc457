//! Certificates with any fault one likes, encoded by hand: the issuing code would refuse them.

use jiff::Timestamp;

use crate::certificate::{Certificate, KeyUsage};
use crate::key::{Algorithm, SoftwareKey, sha1};

/// Everything that can be put into a certificate, or left out of it.
#[derive(Clone)]
pub(crate) struct Forged {
    pub(crate) name: String,
    pub(crate) domain: Option<&'static str>,
    pub(crate) key: SoftwareKey,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    /// CA flag; `None` leaves the basic constraints out.
    pub(crate) ca: Option<bool>,
    pub(crate) path_length: Option<u8>,
    pub(crate) usage: Option<KeyUsage>,
    /// Key identifiers are written where this is set.
    pub(crate) identified: bool,
    pub(crate) unknown_critical: bool,
    /// An extension that is not critical and unknown to everybody.
    pub(crate) unknown: bool,
    pub(crate) sha384: bool,
    pub(crate) serial: u8,
    /// How key identifiers are made of the key.
    pub(crate) key_id: KeyId,
    /// How the key of the issuer is named; by default as the issuer names it itself.
    pub(crate) issuer_key_id: Option<KeyId>,
    /// How the name of the issuer is written.
    pub(crate) issuer_spelling: Spelling,
}

/// Forms of key identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyId {
    /// 8 bytes of the SHA-1 of the point.
    Short,
    /// The SHA-1 of the point.
    Long,
    /// 8 bytes of the SHA-1 of the whole key, as in a real PKI.
    WholeKey,
    /// Some bytes that have nothing to do with the key.
    Foreign,
}

impl KeyId {
    fn of(self, key: &SoftwareKey) -> Vec<u8> {
        let key = key.public_key();
        match self {
            Self::Short => key.short_key_id().to_vec(),
            Self::Long => sha1(key.point()).to_vec(),
            Self::WholeKey => {
                let mut id = sha1(&key.to_spki())[12..].to_vec();
                id[0] = 0x40 | id[0] & 0x0f;
                id
            }
            Self::Foreign => vec![7; 8],
        }
    }
}

/// Ways to write the same name, or almost the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// UTF8String.
    Own,
    /// PrintableString.
    Printable,
    /// In upper case.
    Upper,
    /// With spaces around.
    Spaced,
    /// The domain component first: another name.
    Reordered,
}

pub(crate) const SIGNS: KeyUsage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN);
pub(crate) const AGREES: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_AGREEMENT);

impl Forged {
    pub(crate) fn ca(name: &str, path_length: Option<u8>) -> Self {
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
            key_id: KeyId::Short,
            issuer_key_id: None,
            issuer_spelling: Spelling::Own,
        }
    }

    /// A provisioning leaf.
    pub(crate) fn leaf(name: &str) -> Self {
        Self { domain: Some("OEM"), ca: Some(false), usage: Some(AGREES), ..Self::ca(name, None) }
    }

    /// The same with a key of this algorithm.
    pub(crate) fn of(self, algorithm: Algorithm) -> Self {
        Self { key: SoftwareKey::generate(algorithm).unwrap(), ..self }
    }

    /// The certificate of this subject that `issuer` signs.
    pub(crate) fn by(&self, issuer: &Self) -> Certificate {
        self.signed_by(issuer, &issuer.key)
    }

    pub(crate) fn self_signed(&self) -> Certificate {
        self.by(self)
    }

    /// The certificate that names `issuer`, signed with `key`.
    pub(crate) fn signed_by(&self, issuer: &Self, key: &SoftwareKey) -> Certificate {
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
                issuer.encoded_name(self.issuer_spelling),
                tlv(0x30, &[date(self.from), date(self.until)]),
                self.encoded_name(Spelling::Own),
                self.key.public_key().to_spki(),
                tlv(0xa3, &[tlv(0x30, &self.extensions(issuer))]),
            ],
        );
        let signature = tlv(0x03, &[vec![0], key.sign_der(&signed).unwrap()]);
        Certificate::from_der(&tlv(0x30, &[signed, algorithm, signature])).unwrap()
    }

    fn encoded_name(&self, spelling: Spelling) -> Vec<u8> {
        let part = |kind: &str, tag, value: &str| {
            tlv(0x31, &[tlv(0x30, &[oid(kind), tlv(tag, &[value.as_bytes().to_vec()])])])
        };
        let common = |tag, value: &str| part("550403", tag, value);
        let domain = self.domain.map(|domain| part("0992268993f22c640119", 0x16, domain)).unwrap_or_default();
        let name = self.name.as_str();
        let parts = match spelling {
            Spelling::Own => [common(0x0c, name), domain],
            Spelling::Printable => [common(0x13, name), domain],
            Spelling::Upper => [common(0x0c, &name.to_uppercase()), domain],
            Spelling::Spaced => [common(0x0c, &format!("  {} ", name.replace(' ', "   "))), domain],
            Spelling::Reordered => [domain, common(0x0c, name)],
        };
        tlv(0x30, &parts)
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
            let id = self.key_id.of(&self.key);
            extensions.push(extension("551d0e", false, &tlv(4, &[id])));
        }
        if issuer.identified {
            let id = self.issuer_key_id.unwrap_or(issuer.key_id).of(&issuer.key);
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

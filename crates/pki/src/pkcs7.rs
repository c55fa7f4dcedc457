//! Certificates in a PKCS #7 message that carries nothing else ("certs-only", RFC 5652, 5 and RFC 8551, 3.8): the answer of
//! EST.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};

use crate::certificate::{Certificate, CertificateError};

/// `id-signedData` and `id-data` (RFC 5652, 4 and 5.1).
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

/// The message with these certificates, in DER. As the certificates are a SET, their order is that of their encoding.
///
/// # Errors
/// [`der::Error`] when it would be longer than DER can say.
pub fn certs_only(certificates: &[Certificate]) -> Result<Vec<u8>, der::Error> {
    let mut sorted: Vec<&[u8]> = certificates.iter().map(Certificate::der).collect();
    sorted.sort_unstable();
    let content = tlv(Tag::Sequence, &[&DATA.to_der()?])?;
    let empty = tlv(Tag::Set, &[])?;
    let signed = tlv(Tag::Sequence, &[&1_u8.to_der()?, &empty, &content, &tlv(context(0), &sorted)?, &empty])?;
    tlv(Tag::Sequence, &[&SIGNED_DATA.to_der()?, &tlv(context(0), &[&signed])?])
}

/// The certificates in such a message.
///
/// # Errors
/// [`CertificateError`] when it is none, or one of its certificates cannot be read.
pub fn certificates(message: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    let mut outer = fields(AnyRef::from_der(message)?, Tag::Sequence)?;
    expect(&mut outer, SIGNED_DATA)?;
    let mut wrapped = fields(outer.decode()?, context(0))?;
    let mut signed = fields(wrapped.decode()?, Tag::Sequence)?;
    let mut found = Vec::new();
    while !signed.is_finished() {
        let field: AnyRef<'_> = signed.decode()?;
        if field.tag() == context(0) {
            let mut certificates = fields(field, context(0))?;
            while !certificates.is_finished() {
                found.push(Certificate::from_der(certificates.tlv_bytes()?)?);
            }
        }
    }
    Ok(found)
}

/// `[number]`, constructed.
fn context(number: u32) -> Tag {
    TagNumber(number).context_specific(true)
}

fn tlv(tag: Tag, parts: &[&[u8]]) -> Result<Vec<u8>, der::Error> {
    AnyRef::new(tag, &parts.concat())?.to_der()
}

fn fields(value: AnyRef<'_>, tag: Tag) -> Result<SliceReader<'_>, der::Error> {
    value.tag().assert_eq(tag)?;
    SliceReader::new(value.value())
}

fn expect(fields: &mut SliceReader<'_>, kind: ObjectIdentifier) -> Result<(), der::Error> {
    if ObjectIdentifier::decode(fields)? == kind {
        Ok(())
    } else {
        Err(der::ErrorKind::OidUnknown { oid: kind }.into())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use crate::hierarchy::{Domain, Hierarchy};

    #[test]
    fn openssl_reads_it_and_so_do_we() {
        let rng = &mut StdRng::seed_from_u64(1);
        let at = "2026-06-01T12:00:00Z".parse().unwrap();
        let chain = Hierarchy::new(Domain::Cpo, "Test", at, rng).unwrap().sub_ca_2.chain();
        let message = certs_only(&chain).unwrap();
        let mut openssl = Command::new("openssl")
            .args(["pkcs7", "-inform", "DER", "-print_certs", "-outform", "PEM"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        openssl.stdin.take().unwrap().write_all(&message).unwrap();
        let printed = String::from_utf8(openssl.wait_with_output().unwrap().stdout).unwrap();
        let mut read = crate::certificate::chain_from_pem(&printed).unwrap();
        let mut ours = certificates(&message).unwrap();
        let mut expected = chain.clone();
        for list in [&mut read, &mut ours, &mut expected] {
            list.sort_by_key(Certificate::fingerprint);
        }
        assert_eq!((read, ours), (expected.clone(), expected));
        assert!(certificates(&certs_only(&[]).unwrap()).unwrap().is_empty());
        assert!(certificates(chain[0].der()).is_err());
    }
}

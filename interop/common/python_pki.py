"""Certificates, key agreement and encryption by the PyPI package cryptography alone."""

import datetime
import hashlib
import os
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

CONTRACT_USAGE = ("digital_signature", "content_commitment", "key_encipherment", "key_agreement")


@dataclass
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def chain_below(root, domain, **options):
    """Sub CA 2 and sub CA 1, in the order of the message."""
    first = issue(f"{domain} Sub 1", domain, root, path_length=1, **options)
    return [issue(f"{domain} Sub 2", domain, first, path_length=0, **options), first]


def issue(
    common_name, domain, issuer=None, path_length=None, usage=(), short_key_ids=False, curve=ec.SECP256R1, more=()
):
    """A CA where a path length is given ("none" for one without), else a leaf; `more` are extensions of one's own."""
    key = ec.generate_private_key(curve())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Python"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.DOMAIN_COMPONENT, domain),
        ]
    )
    now = datetime.datetime.now(datetime.timezone.utc)
    ca = path_length is not None
    limit = None if path_length in (None, "none") else path_length
    usages = {name: name in usage for name in USAGES} | {"key_cert_sign": ca, "crl_sign": ca}
    own_id = key_id(key.public_key(), short_key_ids)
    above = extension(issuer.certificate, x509.SubjectKeyIdentifier) if issuer else own_id
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca, limit), critical=True)
        .add_extension(x509.KeyUsage(**usages), critical=True)
        .add_extension(own_id, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(above), critical=False)
    )
    for one in more:
        builder = builder.add_extension(one, critical=False)
    signer = issuer.key if issuer else key
    return Holder(builder.sign(signer, SHA512() if signer.curve.key_size == 521 else SHA256()), key)


USAGES = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


def key_id(key, short):
    """Method 1 of RFC 5280 with 20 bytes, or method 2 with 8: the type 0100 and the last 60 bits of the hash."""
    if not short:
        return x509.SubjectKeyIdentifier.from_public_key(key)
    last = hashlib.sha1(point(key)).digest()[-8:]
    return x509.SubjectKeyIdentifier(bytes([0x40 | last[0] & 0x0F]) + last[1:])


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind).value


def verify_chain(chain):
    """Raises unless each certificate was issued by the next one."""
    for certificate, issuer in zip(chain, chain[1:]):
        certificate.verify_directly_issued_by(issuer)


def wrap(key, recipient):
    """ContractSignatureEncryptedPrivateKey and DHpublickey."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    secret = ephemeral.exchange(ec.ECDH(), recipient)
    aes_key = ConcatKDFHash(algorithm=SHA256(), length=16, otherinfo=b"\x01UV").derive(secret)
    iv = os.urandom(16)
    encryptor = Cipher(algorithms.AES(aes_key), modes.CBC(iv)).encryptor()
    encrypted = iv + encryptor.update(bytes.fromhex(scalar(key))) + encryptor.finalize()
    return encrypted, point(ephemeral.public_key())


def scalar(key):
    return key.private_numbers().private_value.to_bytes(32, "big").hex()


def point(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def der(holder):
    return holder.certificate.public_bytes(Encoding.DER)

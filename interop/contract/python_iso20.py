"""Key transport and signatures of ISO 15118-20 by the PyPI package cryptography alone, as docs/spec-notes.md has them."""

import datetime
import hashlib
import os

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

CURVE = ec.SECP521R1()
FORMS = ("digits", "bytes")


def associated(pcid, contract, form):
    """PCID and subject key identifier of the contract certificate."""
    key_id = contract.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return pcid.encode() + (key_id.hex().upper().encode() if form == "digits" else key_id)


def derived(own, peer):
    secret = own.exchange(ec.ECDH(), peer)
    return ConcatKDFHash(SHA512(), 32, b"\x01UV").derive(secret)


def unwrap(ours, form):
    """The scalar in what we wrapped, or none."""
    car = ec.derive_private_key(int(ours["car"], 16), CURVE)
    peer = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes.fromhex(ours["point"]))
    encrypted = bytes.fromhex(ours["encrypted"])
    contract = x509.load_der_x509_certificate(bytes.fromhex(ours["contract"]))
    try:
        plain = AESGCM(derived(car, peer)).decrypt(
            encrypted[:12], encrypted[12:], associated(ours["pcid"], contract, form)
        )
    except InvalidTag:
        return None
    return plain.hex()


def wrapped(form, key_id_length):
    """A contract key of Python for a car of Python, in the form that our program reads."""
    car, contract, ephemeral = (ec.generate_private_key(CURVE) for _ in range(3))
    certificate = self_signed(contract, key_id_length)
    pcid, iv = "WVWPYTHONCAR000018", os.urandom(12)
    scalar = contract.private_numbers().private_value.to_bytes(66, "big")
    key = derived(ephemeral, car.public_key())
    encrypted = iv + AESGCM(key).encrypt(iv, scalar, associated(pcid, certificate, form))
    return {
        "pcid": pcid,
        "car": car.private_numbers().private_value.to_bytes(66, "big").hex(),
        "contract": certificate.public_bytes(Encoding.DER).hex(),
        "encrypted": encrypted.hex(),
        "point": ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex(),
        "key": scalar.hex(),
    }


def self_signed(key, key_id_length):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DEPYTC987654321")])
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectKeyIdentifier(os.urandom(key_id_length)), critical=False)
        .sign(key, SHA512())
    )


def signature_holds(ours):
    """Whether digest and signature of our message are right, by the algorithms that belong to the key of the CPS."""
    key = x509.load_der_x509_certificate(bytes.fromhex(ours["cps"])).public_key()
    signed, signature = bytes.fromhex(ours["signedInfo"]), bytes.fromhex(ours["signature"])
    fragment = bytes.fromhex(ours["fragment"])
    try:
        if isinstance(key, ed448.Ed448PublicKey):
            digest = hashlib.shake_256(fragment).digest(64)
            key.verify(signature, signed)
        else:
            digest = hashlib.sha512(fragment).digest()
            numbers = (int.from_bytes(half, "big") for half in (signature[:66], signature[66:]))
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(SHA512()))
    except InvalidSignature:
        return False
    return digest.hex() == ours["digest"] and digest in signed_bytes(signed)


def signed_bytes(fragment):
    """The fragment at each of the eight bit offsets, since EXI packs values as bits."""
    number = int.from_bytes(fragment, "big")
    return b"".join((number >> shift).to_bytes(len(fragment), "big") for shift in range(8))

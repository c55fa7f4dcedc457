"""Key transport and signatures of ISO 15118-20 by the PyPI package cryptography alone, as docs/spec-notes.md has them."""

import datetime
import hashlib
import os

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
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


def pcid_of(provisioning):
    return provisioning.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


def wrap(key, contract, car, pcid, form="digits"):
    """SECP521_EncryptedPrivateKey and DHPublicKey for the public key of a car."""
    ephemeral, iv = ec.generate_private_key(CURVE), os.urandom(12)
    encryptor = AESGCM(derived(ephemeral, car))
    encrypted = iv + encryptor.encrypt(iv, bytes.fromhex(scalar(key)), associated(pcid, contract, form))
    return encrypted, ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def opened(car, point, encrypted, contract, pcid, form="digits"):
    """The 66 bytes of the wrapped scalar, or none."""
    peer = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    try:
        return AESGCM(derived(car, peer)).decrypt(encrypted[:12], encrypted[12:], associated(pcid, contract, form))
    except InvalidTag:
        return None


def scalar(key):
    return key.private_numbers().private_value.to_bytes(66, "big").hex()


def unwrap(ours, form):
    """The scalar in what we wrapped, or none."""
    car = ec.derive_private_key(int(ours["car"], 16), CURVE)
    contract = x509.load_der_x509_certificate(bytes.fromhex(ours["contract"]))
    point, encrypted = (bytes.fromhex(ours[name]) for name in ("point", "encrypted"))
    plain = opened(car, point, encrypted, contract, ours["pcid"], form)
    return plain and plain.hex()


def wrapped(form, key_id_length):
    """A contract key of Python for a car of Python, in the form that our program reads."""
    car, contract = (ec.generate_private_key(CURVE) for _ in range(2))
    certificate = self_signed(contract, key_id_length)
    pcid = "WVWPYTHONCAR000018"
    encrypted, point = wrap(contract, certificate, car.public_key(), pcid, form)
    return {
        "pcid": pcid,
        "car": scalar(car),
        "contract": certificate.public_bytes(Encoding.DER).hex(),
        "encrypted": encrypted.hex(),
        "point": point.hex(),
        "key": scalar(contract),
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
    expected = digest(key, bytes.fromhex(ours["fragment"]))
    return verified(key, signature, signed) and expected.hex() == ours["digest"] and expected in signed_bytes(signed)


def digest(key, fragment):
    """By the hash that goes with the key of the signer."""
    if isinstance(key, ed448.Ed448PublicKey):
        return hashlib.shake_256(fragment).digest(64)
    return hashlib.sha512(fragment).digest()


def verified(key, signature, signed):
    """Whether a SignatureValue is that of this key over the fragment of SignedInfo."""
    try:
        if isinstance(key, ed448.Ed448PublicKey):
            key.verify(signature, signed)
        else:
            numbers = (int.from_bytes(half, "big") for half in (signature[:66], signature[66:]))
            key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(SHA512()))
    except InvalidSignature:
        return False
    return True


def signature_value(key, signed):
    """A SignatureValue by secp521r1."""
    numbers = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA512())))
    return b"".join(number.to_bytes(66, "big") for number in numbers)


def signed_bytes(fragment):
    """The fragment at each of the eight bit offsets, since EXI packs values as bits."""
    number = int.from_bytes(fragment, "big")
    return b"".join((number >> shift).to_bytes(len(fragment), "big") for shift in range(8))

"""An eMSP and a CPS in Python: certificates, key agreement and encryption by `cryptography` alone, the message by iso15118."""

import datetime
import os
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from iso15118.shared.messages.iso15118_2.body import Body, CertificateInstallationRes
from iso15118.shared.messages.iso15118_2.datatypes import (
    EMAID,
    CertificateChain,
    DHPublicKey,
    EncryptedPrivateKey,
    ResponseCode,
    SubCertificates,
)
from iso15118.shared.messages.iso15118_2.header import MessageHeader
from iso15118.shared.messages.iso15118_2.msgdef import V2GMessage
from iso15118.shared.security import create_signature


@dataclass
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class World:
    """All parties of one contract."""

    def __init__(self, emaid_in_message=None):
        self.emaid = "DEPYTC987654321"
        self.emaid_in_message = emaid_in_message or self.emaid
        self.v2g_root = issue("V2G Root", "V2G", path_length="none")
        self.emsp_root = issue("MO Root", "MO", path_length="none")
        oem_root = issue("OEM Root", "OEM", path_length="none")
        self.car = issue("WAUPYTHONCAR00001", "OEM", oem_root, usage=("digital_signature", "key_agreement"))
        self.cps_subs = chain_below(self.v2g_root, "CPS")
        self.cps = issue("CPS", "CPS", self.cps_subs[0], usage=("digital_signature",))
        self.emsp_subs = chain_below(self.emsp_root, "MO")
        usage = ("digital_signature", "content_commitment", "key_encipherment", "key_agreement")
        self.contract = issue(self.emaid, "MO", self.emsp_subs[0], usage=usage)
        self.wrapped = wrap(self.contract.key, self.car.certificate.public_key())

    def message(self, codec):
        """The signed response as EXI."""
        encrypted, point = self.wrapped
        chain = wire_chain(self.contract, self.emsp_subs)
        chain.id = "id1"
        signed = [
            chain,
            EncryptedPrivateKey(id="id2", value=encrypted),
            DHPublicKey(id="id3", value=point),
            EMAID(id="id4", value=self.emaid_in_message),
        ]
        elements = [(element.id, codec.encode(element)) for element in signed]
        response = CertificateInstallationRes(
            response_code=ResponseCode.OK,
            cps_cert_chain=wire_chain(self.cps, self.cps_subs),
            contract_cert_chain=signed[0],
            encrypted_private_key=signed[1],
            dh_public_key=signed[2],
            emaid=signed[3],
        )
        header = MessageHeader(session_id="00", signature=create_signature(elements, self.cps.key))
        return codec.encode(V2GMessage(header=header, body=Body(certificate_installation_res=response)))


def chain_below(root, domain):
    """Sub CA 2 and sub CA 1, in the order of the message."""
    first = issue(f"{domain} Sub 1", domain, root, path_length=1)
    return [issue(f"{domain} Sub 2", domain, first, path_length=0), first]


def issue(common_name, domain, issuer=None, path_length=None, usage=()):
    """A CA where a path length is given ("none" for one without), else a leaf."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Python"),
            x509.NameAttribute(NameOID.DOMAIN_COMPONENT, domain),
        ]
    )
    signer = issuer or Holder(None, key)
    now = datetime.datetime.now(datetime.timezone.utc)
    ca = path_length is not None
    limit = None if path_length in (None, "none") else path_length
    usages = {name: name in usage for name in USAGES} | {"key_cert_sign": ca, "crl_sign": ca}
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
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), critical=False)
    )
    return Holder(builder.sign(signer.key, SHA256()), key)


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


def wrap(key, recipient):
    """ContractSignatureEncryptedPrivateKey and DHpublickey."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    secret = ephemeral.exchange(ec.ECDH(), recipient)
    aes_key = ConcatKDFHash(algorithm=SHA256(), length=16, otherinfo=b"\x01UV").derive(secret)
    iv = os.urandom(16)
    encryptor = Cipher(algorithms.AES(aes_key), modes.CBC(iv)).encryptor()
    encrypted = iv + encryptor.update(bytes.fromhex(scalar(key))) + encryptor.finalize()
    return encrypted, ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def wire_chain(leaf, subs):
    return CertificateChain(certificate=der(leaf), sub_certificates=SubCertificates(certificates=[der(ca) for ca in subs]))


def scalar(key):
    return key.private_numbers().private_value.to_bytes(32, "big").hex()


def der(holder):
    return holder.certificate.public_bytes(Encoding.DER)

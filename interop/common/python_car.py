"""The car of the PyPI package iso15118: how it asks, and what it does with the answer, step by step as it does it."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from iso15118.shared.exi_codec import EXI
from iso15118.shared.exificient_exi_codec import ExificientEXICodec
from iso15118.shared.messages.enums import Namespace
from iso15118.shared.messages.iso15118_2.body import Body, CertificateInstallationReq
from iso15118.shared.messages.iso15118_2.datatypes import RootCertificateIDList
from iso15118.shared.messages.iso15118_2.header import MessageHeader
from iso15118.shared.messages.iso15118_2.msgdef import V2GMessage
from iso15118.shared.messages.xmldsig import X509IssuerSerial
from iso15118.shared.security import create_signature, decrypt_priv_key, to_ec_pub_key, verify_signature
from iso15118.shared.settings import SettingKey, shared_settings
from python_pki import point


class Codec:
    """EXIficient with the package's models."""

    def __init__(self):
        shared_settings.setdefault(SettingKey.MESSAGE_LOG_JSON, False)
        shared_settings.setdefault(SettingKey.MESSAGE_LOG_EXI, False)
        self.exi = EXI()
        self.exi.set_exi_codec(ExificientEXICodec())

    def encode(self, element):
        return self.exi.to_exi(element, Namespace.ISO_V2_MSG_DEF)

    def decode(self, message):
        return self.exi.from_exi(message, Namespace.ISO_V2_MSG_DEF)


def request(codec, session, certificate, key, v2g_roots):
    """A signed CertificateInstallationReq: `certificate` as DER, roots as certificates."""
    names = [(root.issuer.rfc4514_string(), root.serial_number) for root in v2g_roots]
    serials = [X509IssuerSerial(x509_issuer_name=name, x509_serial_number=number) for name, number in names]
    body = CertificateInstallationReq(
        id="id1",
        oem_provisioning_cert=certificate,
        list_of_root_cert_ids=RootCertificateIDList(x509_issuer_serials=serials),
    )
    header = MessageHeader(session_id=session, signature=create_signature([(body.id, codec.encode(body))], key))
    return codec.encode(V2GMessage(header=header, body=Body(certificate_installation_req=body)))


def verify(codec, message, v2g_root):
    """Four digests, the signature of the CPS, and its chain."""
    message = codec.decode(message)
    response = message.body.certificate_installation_res
    signed = [response.contract_cert_chain, response.encrypted_private_key, response.dh_public_key, response.emaid]
    return verify_signature(
        signature=message.header.signature,
        elements_to_sign=[(element.id, codec.encode(element)) for element in signed],
        leaf_cert=response.cps_cert_chain.certificate,
        sub_ca_certs=response.cps_cert_chain.sub_certificates.certificates,
        root_ca_cert=v2g_root,
    )


def verify_request(codec, message):
    """What a secondary actor checks of the car's request."""
    message = codec.decode(message)
    request = message.body.certificate_installation_req
    return verify_signature(
        signature=message.header.signature,
        elements_to_sign=[(request.id, codec.encode(request))],
        leaf_cert=request.oem_provisioning_cert,
    )


def unwrap(codec, message, car_key):
    """The contract key as hexadecimal digits."""
    response = codec.decode(message).body.certificate_installation_res
    own = ec.derive_private_key(int(car_key, 16), ec.SECP256R1())
    peer = to_ec_pub_key(response.dh_public_key.value)
    return decrypt_priv_key(response.encrypted_private_key.value, own, peer).hex()


def public_point(scalar):
    return point(ec.derive_private_key(int(scalar, 16), ec.SECP256R1()).public_key())


def certificate_point(der):
    return point(x509.load_der_x509_certificate(bytes.fromhex(der)).public_key())

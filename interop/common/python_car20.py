"""A car of ISO 15118-20: messages by the PyPI package iso15118, which does not sign them, signatures by `cryptography`.

EXIficient encodes what is signed: the package where it can do that, else EXIficient from XML (see exificient.py).
"""

import base64
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass

import python_iso20
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from iso15118.shared.messages.enums import Namespace
from iso15118.shared.messages.iso15118_20.common_messages import (
    CertificateChain,
    CertificateInstallationReq,
    ContractCertificateChain,
    EMAIDList,
    SignedCertificateChain,
    SubCertificates,
)
from iso15118.shared.messages.iso15118_20.common_types import MessageHeader, RootCertificateIDList
from iso15118.shared.messages.xmldsig import (
    CanonicalizationMethod,
    DigestMethod,
    Reference,
    Signature,
    SignatureMethod,
    SignatureValue,
    SignedInfo,
    Transform,
    Transforms,
    X509IssuerSerial,
)
from python_pki import verify_chain
from sandbox import DER

COMMON = Namespace.ISO_V20_COMMON_MSG
MSG = "{urn:iso:std:iso:15118:-20:CommonMessages}"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
EXI = "http://www.w3.org/TR/canonical-exi/"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"

# The package's models have the limit of ISO 15118-2 for leaves, 800 bytes; the schema of -20 allows 1,600.
for model in (CertificateChain, ContractCertificateChain, SignedCertificateChain):
    model.__fields__["certificate"].type_.max_length = 1600


@dataclass
class Installed:
    """What the car has after one message; `key` is none where the wrapped key does not open."""

    emaid: str
    key: str | None
    remaining: int
    session: str
    chain: list


def request(codec, session, chain, key, v2g_roots, maximum=1, emaids=()):
    """A CertificateInstallationReq: `chain` leaf first, signed with `key`."""
    leaf, *subs = (certificate.public_bytes(DER) for certificate in chain)
    signed = SignedCertificateChain(id="id1", certificate=leaf, sub_certificates=SubCertificates(certificates=subs))
    digest = python_iso20.digest(key.public_key(), codec.package.to_exi(signed, COMMON))
    reference = Reference(
        uri="#id1",
        transforms=Transforms(transform=[Transform(algorithm=EXI)]),
        digest_method=DigestMethod(algorithm=SHA512),
        digest_value=digest,
    )
    info = SignedInfo(
        canonicalization_method=CanonicalizationMethod(algorithm=EXI),
        signature_method=SignatureMethod(algorithm=ECDSA),
        reference=[reference],
    )
    value = python_iso20.signature_value(key, codec.signed_info(signed_info(info)))
    signature = Signature(signed_info=info, signature_value=SignatureValue(value=value))
    names = [(root.issuer.rfc4514_string(), root.serial_number) for root in v2g_roots]
    roots = [X509IssuerSerial(x509_issuer_name=name, x509_serial_number=number) for name, number in names]
    body = CertificateInstallationReq(
        header=MessageHeader(session_id=session, timestamp=int(time.time()), signature=signature),
        oem_prov_cert_chain=signed,
        root_cert_id_list=RootCertificateIDList(root_cert_ids=roots),
        max_contract_cert_chains=maximum,
        prioritized_emaids=EMAIDList(emaids=list(emaids)) if emaids else None,
    )
    return codec.package.to_exi(body, COMMON)


def accept(codec, message, car, key, v2g_root):
    """What a car does with an answer: digest, signature and chain of the CPS, then the key. None where a check fails."""
    response = codec.package.from_exi(message, COMMON)
    data, signature = response.signed_installation_data, response.header.signature
    [reference] = signature.signed_info.reference
    cps = certificates(response.cps_certificate_chain)
    signer = cps[0].public_key()
    fragment = codec.iso20.fragment(installation_data(data))
    covered = reference.uri == f"#{data.id}" and reference.digest_value == python_iso20.digest(signer, fragment)
    info = codec.signed_info(signed_info(signature.signed_info))
    if not (covered and python_iso20.verified(signer, signature.signature_value.value, info)):
        return None
    verify_chain([*cps, v2g_root])
    contract = certificates(data.contract_cert_chain)
    pcid = python_iso20.pcid_of(car)
    scalar = python_iso20.opened(key, data.dh_public_key, data.secp521_encrypted_private_key, contract[0], pcid)
    if scalar is not None:
        own = ec.derive_private_key(int.from_bytes(scalar, "big"), python_iso20.CURVE)
        assert own.public_key() == contract[0].public_key(), "the key is of another certificate"
    return Installed(
        emaid=python_iso20.pcid_of(contract[0]),
        key=scalar and scalar.hex(),
        remaining=response.remaining_contract_cert_chains,
        session=response.header.session_id,
        chain=contract,
    )


def certificates(chain):
    """A chain of a message, leaf first."""
    subs = chain.sub_certificates.certificates if chain.sub_certificates else []
    return [x509.load_der_x509_certificate(der) for der in [chain.certificate, *subs]]


def signed_info(info):
    """SignedInfo as XML."""
    root = ET.Element(DSIG + "SignedInfo")
    ET.SubElement(root, DSIG + "CanonicalizationMethod", Algorithm=info.canonicalization_method.algorithm)
    ET.SubElement(root, DSIG + "SignatureMethod", Algorithm=info.signature_method.algorithm)
    for one in info.reference:
        reference = ET.SubElement(root, DSIG + "Reference", URI=one.uri)
        transforms = ET.SubElement(reference, DSIG + "Transforms")
        for transform in one.transforms.transform:
            ET.SubElement(transforms, DSIG + "Transform", Algorithm=transform.algorithm)
        ET.SubElement(reference, DSIG + "DigestMethod", Algorithm=one.digest_method.algorithm)
        octets(reference, DSIG + "DigestValue", one.digest_value)
    return ET.tostring(root, encoding="unicode")


def installation_data(data):
    """SignedInstallationData as XML."""
    root = ET.Element(MSG + "SignedInstallationData", {MSG + "Id": data.id})
    chain = ET.SubElement(root, MSG + "ContractCertificateChain")
    octets(chain, MSG + "Certificate", data.contract_cert_chain.certificate)
    subs = ET.SubElement(chain, MSG + "SubCertificates")
    for certificate in data.contract_cert_chain.sub_certificates.certificates:
        octets(subs, MSG + "Certificate", certificate)
    ET.SubElement(root, MSG + "ECDHCurve").text = data.ecdh_curve.value
    octets(root, MSG + "DHPublicKey", data.dh_public_key)
    octets(root, MSG + "SECP521_EncryptedPrivateKey", data.secp521_encrypted_private_key)
    return ET.tostring(root, encoding="unicode")


def octets(parent, name, value):
    ET.SubElement(parent, name).text = base64.b64encode(value).decode()

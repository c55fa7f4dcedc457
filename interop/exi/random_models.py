"""Random messages made of the PyPI package's own models, as a station or car built on it would send them."""

import random as _random

from iso15118.shared.messages.enums import Namespace
from iso15118.shared.messages.iso15118_2.body import (
    Body,
    CertificateInstallationReq,
    CertificateInstallationRes,
    CertificateUpdateRes,
)
from iso15118.shared.messages.iso15118_2.datatypes import (
    EMAID,
    CertificateChain,
    DHPublicKey,
    EncryptedPrivateKey,
    FaultCode,
    Notification,
    ResponseCode,
    RootCertificateIDList,
    SubCertificates,
)
from iso15118.shared.messages.iso15118_2.header import MessageHeader
from iso15118.shared.messages.iso15118_2.msgdef import V2GMessage
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


class Models:
    def __init__(self, random: _random.Random):
        self.random = random

    def message(self):
        """A message, and the elements of it that are signed, by name, each with its namespace."""
        header = MessageHeader(session_id=self.random.randbytes(8).hex().upper())
        signed = {}
        if self.random.random() < 0.3:
            message = self.random.choice([None, "certificate revoked"])
            header.notification = Notification(fault_code=self.random.choice(list(FaultCode)), fault_msg=message)
        if self.random.random() < 0.8:
            header.signature = self.signature()
            signed["SignedInfo"] = (header.signature.signed_info, Namespace.XML_DSIG)
        kind = self.random.choice([CertificateInstallationReq, CertificateInstallationRes, CertificateUpdateRes])
        if kind is CertificateInstallationReq:
            request = kind(id="ID1", oem_provisioning_cert=self.octets(800), list_of_root_cert_ids=self.roots())
            signed["CertificateInstallationReq"] = (request, Namespace.ISO_V2_MSG_DEF)
            return V2GMessage(header=header, body=Body(certificate_installation_req=request)), signed
        parts = {
            "response_code": self.random.choice(list(ResponseCode)),
            "cps_cert_chain": self.chain(None),
            "contract_cert_chain": self.chain("id1"),
            "encrypted_private_key": EncryptedPrivateKey(id="id2", value=self.random.randbytes(48)),
            "dh_public_key": DHPublicKey(id="id3", value=self.random.randbytes(65)),
            "emaid": EMAID(id="id4", value=self.random.choice(["DE8AAA1B2C3D4E", "DE8AAA1B2C3D4E5"])),
        }
        for name, part in [
            ("ContractSignatureCertChain", "contract_cert_chain"),
            ("ContractSignatureEncryptedPrivateKey", "encrypted_private_key"),
            ("DHpublickey", "dh_public_key"),
            ("eMAID", "emaid"),
        ]:
            signed[name] = (parts[part], Namespace.ISO_V2_MSG_DEF)
        if kind is CertificateInstallationRes:
            body = Body(certificate_installation_res=kind(**parts))
        else:
            body = Body(certificate_update_res=kind(**parts, retry_counter=self.random.choice([None, -1, 0, 30000])))
        return V2GMessage(header=header, body=body), signed

    def signature(self):
        exi = "http://www.w3.org/TR/canonical-exi/"
        references = [
            Reference(
                uri=f"#id{number + 1}",
                transforms=Transforms(transform=[Transform(algorithm=exi)]),
                digest_method=DigestMethod(algorithm="http://www.w3.org/2001/04/xmlenc#sha256"),
                digest_value=self.random.randbytes(32),
            )
            for number in range(self.random.randint(1, 4))
        ]
        info = SignedInfo(
            canonicalization_method=CanonicalizationMethod(algorithm=exi),
            signature_method=SignatureMethod(algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
            reference=references,
        )
        return Signature(signed_info=info, signature_value=SignatureValue(value=self.random.randbytes(64)))

    def chain(self, identifier):
        chain = CertificateChain(id=identifier, certificate=self.octets(800))
        number = self.random.randint(0, 2)
        if number:
            chain.sub_certificates = SubCertificates(certificates=[self.octets(800) for _ in range(number)])
        return chain

    def roots(self):
        # At 20, the most that the schema allows, the grammars compiled into the package miss its own schema by a bit:
        # EXIficient agrees with us when it reads the schema itself (random_xml.py goes to 20).
        def root():
            serial = self.random.getrandbits(self.random.choice([8, 63, 64, 128, 160])) * self.random.choice([1, 1, -1])
            return X509IssuerSerial(x509_issuer_name="CN=V2GRootCA,O=Test,C=DE,DC=V2G", x509_serial_number=serial)

        return RootCertificateIDList(x509_issuer_serials=[root() for _ in range(self.random.choice([1, 2, 19]))])

    def octets(self, most):
        return self.random.randbytes(self.random.randint(1, most))

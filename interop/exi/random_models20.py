"""Random ISO 15118-20 messages made of the PyPI package's own models.

The models allow certificates of 800 bytes only, and TPM keys of 209, which the schema does not: so there are no TPM keys
here. random_xml20.py goes to the limits of the schema.
"""

from iso15118.shared.messages.enums import Namespace
from iso15118.shared.messages.iso15118_20.common_messages import (
    CertificateChain,
    CertificateInstallationReq,
    CertificateInstallationRes,
    ContractCertificateChain,
    ECDHCurve,
    EMAIDList,
    SignedCertificateChain,
    SignedInstallationData,
    SubCertificates,
)
from iso15118.shared.messages.iso15118_20.common_types import (
    MessageHeader,
    Processing,
    ResponseCode,
    RootCertificateIDList,
)
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
    def __init__(self, random):
        self.random = random

    def message(self):
        """A message, and the elements of it that are signed, by name, each with its namespace.

        None stands for those that the package does not encode alone, or not as they are: see exificient.py.
        """
        header = MessageHeader(session_id=self.random.randbytes(8).hex().upper(), timestamp=self.random.getrandbits(33))
        signed = {}
        if self.random.random() < 0.8:
            header.signature = self.signature()
            signed["SignedInfo"] = None
        if self.random.random() < 0.5:
            chain = self.chain(SignedCertificateChain, 0, id="id1")
            emaids = ["DE8AAA1B2C3D4E5", "FRXYZ123456789"][: self.random.randint(0, 2)]
            request = CertificateInstallationReq(
                header=header,
                oem_prov_cert_chain=chain,
                root_cert_id_list=self.roots(),
                max_contract_cert_chains=self.random.randint(0, 255),
                prioritized_emaids=EMAIDList(emaids=emaids) if emaids else None,
            )
            return request, signed | {"OEMProvisioningCertificateChain": (chain, Namespace.ISO_V20_COMMON_MSG)}
        keys = [{"secp521_encrypted_private_key": self.random.randbytes(94)}]
        keys.append({"x448_encrypted_private_key": self.random.randbytes(84)})
        data = SignedInstallationData(
            id="id1",
            contract_cert_chain=self.chain(ContractCertificateChain, 1),
            ecdh_curve=self.random.choice(list(ECDHCurve)),
            dh_public_key=self.random.randbytes(self.random.choice([56, 57, 133])),
            **self.random.choice(keys),
        )
        response = CertificateInstallationRes(
            header=header,
            response_code=self.random.choice(list(ResponseCode)),
            evse_processing=self.random.choice(list(Processing)),
            cps_certificate_chain=self.chain(CertificateChain, 0),
            signed_installation_data=data,
            remaining_contract_cert_chains=self.random.randint(0, 255),
        )
        return response, signed | {"SignedInstallationData": None}

    def signature(self):
        exi = "http://www.w3.org/TR/canonical-exi/"
        reference = Reference(
            uri="#id1",
            transforms=Transforms(transform=[Transform(algorithm=exi)]),
            digest_method=DigestMethod(algorithm="http://www.w3.org/2001/04/xmlenc#sha512"),
            digest_value=self.random.randbytes(64),
        )
        info = SignedInfo(
            canonicalization_method=CanonicalizationMethod(algorithm=exi),
            signature_method=SignatureMethod(algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"),
            reference=[reference],
        )
        return Signature(signed_info=info, signature_value=SignatureValue(value=self.random.randbytes(132)))

    def chain(self, kind, least, **attributes):
        subs = [self.octets() for _ in range(self.random.randint(least, 3))]
        chain = {"certificate": self.octets(), **attributes}
        if subs:
            chain["sub_certificates"] = SubCertificates(certificates=subs)
        return kind(**chain)

    def roots(self):
        def root():
            serial = self.random.getrandbits(self.random.choice([8, 63, 64, 128, 160])) * self.random.choice([1, 1, -1])
            return X509IssuerSerial(x509_issuer_name="CN=V2GRootCA,O=Test,C=DE,DC=V2G", x509_serial_number=serial)

        return RootCertificateIDList(root_cert_ids=[root() for _ in range(self.random.choice([1, 2, 19]))])

    def octets(self):
        return self.random.randbytes(self.random.randint(1, 800))

"""Random ISO 15118-2 certificate messages as XML, with every optional part of the schema that our codec reads.

No element is empty: EXIficient writes the end of an empty one as a deviation from the schema, which our codec refuses.
"""

import base64
import xml.etree.ElementTree as ET

MSG = "{urn:iso:15118:2:2013:MsgDef}"
HEAD = "{urn:iso:15118:2:2013:MsgHeader}"
BODY = "{urn:iso:15118:2:2013:MsgBody}"
TYPE = "{urn:iso:15118:2:2013:MsgDataTypes}"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"

FAULT_CODES = ["ParsingError", "NoTLSRootCertificatAvailable", "UnknownError"]
RESPONSE_CODES = (
    "OK OK_NewSessionEstablished OK_OldSessionJoined OK_CertificateExpiresSoon FAILED FAILED_SequenceError "
    "FAILED_ServiceIDInvalid FAILED_UnknownSession FAILED_ServiceSelectionInvalid FAILED_PaymentSelectionInvalid "
    "FAILED_CertificateExpired FAILED_SignatureError FAILED_NoCertificateAvailable FAILED_CertChainError "
    "FAILED_ChallengeInvalid FAILED_ContractCanceled FAILED_WrongChargeParameter FAILED_PowerDeliveryNotApplied "
    "FAILED_TariffSelectionInvalid FAILED_ChargingProfileInvalid FAILED_MeteringSignatureNotValid "
    "FAILED_NoChargeServiceSelected FAILED_WrongEnergyTransferMode FAILED_ContactorError "
    "FAILED_CertificateNotAllowedAtThisEVSE FAILED_CertificateRevoked"
).split()


class Messages:
    def __init__(self, random):
        self.random = random

    def message(self):
        root = ET.Element(MSG + "V2G_Message")
        header = ET.SubElement(root, MSG + "Header")
        text(header, HEAD + "SessionID", self.random.randbytes(self.random.randint(1, 8)).hex().upper())
        if self.maybe():
            notification = ET.SubElement(header, HEAD + "Notification")
            text(notification, TYPE + "FaultCode", self.random.choice(FAULT_CODES))
            if self.maybe():
                text(notification, TYPE + "FaultMsg", self.words(1, 64))
        if self.maybe(0.8):
            self.signature(header)
        body = ET.SubElement(root, MSG + "Body")
        kinds = [self.installation_req, self.installation_res, self.update_req, self.update_res]
        self.random.choice(kinds)(body)
        return root

    def signature(self, parent):
        signature = ET.SubElement(parent, DSIG + "Signature", self.some(Id=self.identifier()))
        info = ET.SubElement(signature, DSIG + "SignedInfo", self.some(Id=self.identifier()))
        self.method(info, "CanonicalizationMethod")
        self.method(info, "SignatureMethod")
        for _ in range(self.random.randint(1, 4)):
            uri = "#" + self.identifier()
            attributes = self.some(Id=self.identifier()) | self.some(Type=self.uri()) | self.some(0.8, URI=uri)
            reference = ET.SubElement(info, DSIG + "Reference", attributes)
            if self.maybe(0.8):
                transforms = ET.SubElement(reference, DSIG + "Transforms")
                for _ in range(self.random.choice([1, 1, 1, 2, 3, 4])):
                    self.method(transforms, "Transform")
            self.method(reference, "DigestMethod")
            text(reference, DSIG + "DigestValue", self.binary(32, 64))
        text(signature, DSIG + "SignatureValue", self.binary(64, 132), self.some(0.2, Id=self.identifier()))

    def method(self, parent, name):
        ET.SubElement(parent, DSIG + name, {"Algorithm": self.uri()})

    def installation_req(self, body):
        request = ET.SubElement(body, BODY + "CertificateInstallationReq", {BODY + "Id": self.identifier()})
        text(request, BODY + "OEMProvisioningCert", self.binary(1, 800))
        self.roots(request)

    def installation_res(self, body):
        self.response(ET.SubElement(body, BODY + "CertificateInstallationRes"))

    def update_req(self, body):
        request = ET.SubElement(body, BODY + "CertificateUpdateReq", {BODY + "Id": self.identifier()})
        self.chain(request, "ContractSignatureCertChain")
        text(request, BODY + "eMAID", self.emaid())
        self.roots(request)

    def update_res(self, body):
        response = ET.SubElement(body, BODY + "CertificateUpdateRes")
        self.response(response)
        if self.maybe():
            text(response, BODY + "RetryCounter", str(self.random.choice([-32768, -1, 0, 1, 300, 32767])))

    def response(self, response):
        text(response, BODY + "ResponseCode", self.random.choice(RESPONSE_CODES))
        self.chain(response, "SAProvisioningCertificateChain")
        self.chain(response, "ContractSignatureCertChain")
        identified = lambda: {TYPE + "Id": self.identifier()}
        text(response, BODY + "ContractSignatureEncryptedPrivateKey", self.binary(1, 48), identified())
        text(response, BODY + "DHpublickey", self.binary(1, 65), identified())
        text(response, BODY + "eMAID", self.emaid(), identified())

    def chain(self, parent, name):
        chain = ET.SubElement(parent, BODY + name, self.some(**{TYPE + "Id": self.identifier()}))
        text(chain, TYPE + "Certificate", self.binary(1, 800))
        number = self.random.randint(0, 4)
        if number:
            subs = ET.SubElement(chain, TYPE + "SubCertificates")
            for _ in range(number):
                text(subs, TYPE + "Certificate", self.binary(1, 800))

    def roots(self, parent):
        roots = ET.SubElement(parent, BODY + "ListOfRootCertificateIDs")
        for _ in range(self.random.choice([1, 1, 2, 5, 19, 20])):
            root = ET.SubElement(roots, TYPE + "RootCertificateID")
            text(root, DSIG + "X509IssuerName", self.words(1, 80))
            text(root, DSIG + "X509SerialNumber", str(self.serial()))

    def serial(self):
        magnitude = self.random.getrandbits(self.random.choice([0, 1, 7, 8, 14, 31, 32, 63, 64, 127, 128, 159, 160]))
        return -magnitude if self.maybe(0.3) else magnitude

    def emaid(self):
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcxyz"
        return "".join(self.random.choices(letters, k=self.random.choice([14, 15])))

    def identifier(self):
        return "id" + "".join(self.random.choices("abcXYZ019_-.", k=self.random.randint(0, 9)))

    def uri(self):
        return self.random.choice(
            [
                "http://www.w3.org/TR/canonical-exi/",
                "http://www.w3.org/2001/04/xmlenc#sha256",
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
                "urn:" + self.identifier(),
            ]
        )

    def words(self, least, most):
        """Text of ASCII or of anything, without white space at its ends: XML parsers may take that away."""
        ranges = [(0x21, 0x7E)] if self.maybe(0.7) else [(0x21, 0x7E), (0xA1, 0x7FF), (0x800, 0xD7FF), (0x10000, 0x10FFFF)]
        return "".join(chr(self.random.randint(*self.random.choice(ranges))) for _ in range(self.random.randint(least, most)))

    def binary(self, least, most):
        length = self.random.choice([least, most, self.random.randint(least, most)])
        return base64.b64encode(self.random.randbytes(length)).decode()

    def some(self, probability=0.3, **attributes):
        return attributes if self.maybe(probability) else {}

    def maybe(self, probability=0.5):
        return self.random.random() < probability


def text(parent, name, value, attributes=None):
    element = ET.SubElement(parent, name, attributes or {})
    element.text = value
    return element

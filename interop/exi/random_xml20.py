"""Random ISO 15118-20 certificate messages as XML, with every optional part of the schema that our codec reads."""

import xml.etree.ElementTree as ET

import random_xml
from random_xml import DSIG, text

MSG = "{urn:iso:std:iso:15118:-20:CommonMessages}"
TYPE = "{urn:iso:std:iso:15118:-20:CommonTypes}"

PROCESSING = ["Finished", "Ongoing", "Ongoing_WaitingForCustomerInteraction"]
RESPONSE_CODES = (
    "OK OK_CertificateExpiresSoon OK_NewSessionEstablished OK_OldSessionJoined OK_PowerToleranceConfirmed "
    "WARNING_AuthorizationSelectionInvalid WARNING_CertificateExpired WARNING_CertificateNotYetValid "
    "WARNING_CertificateRevoked WARNING_CertificateValidationError WARNING_ChallengeInvalid "
    "WARNING_EIMAuthorizationFailure WARNING_eMSPUnknown WARNING_EVPowerProfileViolation "
    "WARNING_GeneralPnCAuthorizationError WARNING_NoCertificateAvailable WARNING_NoContractMatchingPCIDFound "
    "WARNING_PowerToleranceNotConfirmed WARNING_ScheduleRenegotiationFailed WARNING_StandbyNotAllowed WARNING_WPT "
    "FAILED FAILED_AssociationError FAILED_ContactorError FAILED_EVPowerProfileInvalid FAILED_EVPowerProfileViolation "
    "FAILED_MeteringSignatureNotValid FAILED_NoEnergyTransferServiceSelected FAILED_NoServiceRenegotiationSupported "
    "FAILED_PauseNotAllowed FAILED_PowerDeliveryNotApplied FAILED_PowerToleranceNotConfirmed "
    "FAILED_ScheduleRenegotiation FAILED_ScheduleSelectionInvalid FAILED_SequenceError FAILED_ServiceIDInvalid "
    "FAILED_ServiceSelectionInvalid FAILED_SignatureError FAILED_UnknownSession FAILED_WrongChargeParameter"
).split()


class Messages(random_xml.Messages):
    def message(self):
        return self.random.choice([self.installation_req, self.installation_res])()

    def start(self, name):
        root = ET.Element(MSG + name)
        header = ET.SubElement(root, TYPE + "Header")
        text(header, TYPE + "SessionID", self.random.randbytes(8).hex().upper())
        text(header, TYPE + "TimeStamp", str(self.random.getrandbits(self.random.choice([0, 7, 8, 31, 32, 63, 64]))))
        if self.maybe(0.8):
            self.signature(header)
        return root

    def installation_req(self):
        request = self.start("CertificateInstallationReq")
        self.chain(request, "OEMProvisioningCertificateChain", {MSG + "Id": self.identifier()})
        roots = ET.SubElement(request, MSG + "ListOfRootCertificateIDs")
        for _ in range(self.random.choice([1, 1, 2, 5, 19, 20])):
            root = ET.SubElement(roots, TYPE + "RootCertificateID")
            text(root, DSIG + "X509IssuerName", self.words(1, 80))
            text(root, DSIG + "X509SerialNumber", str(self.serial()))
        text(request, MSG + "MaximumContractCertificateChains", str(self.random.randint(0, 255)))
        if self.maybe():
            emaids = ET.SubElement(request, MSG + "PrioritizedEMAIDs")
            for _ in range(self.random.choice([1, 2, 7, 8])):
                text(emaids, MSG + "EMAID", self.random.choice([self.emaid(), self.words(1, 255)]))
        return request

    def installation_res(self):
        response = self.start("CertificateInstallationRes")
        text(response, TYPE + "ResponseCode", self.random.choice(RESPONSE_CODES))
        text(response, MSG + "EVSEProcessing", self.random.choice(PROCESSING))
        self.chain(response, "CPSCertificateChain")
        data = ET.SubElement(response, MSG + "SignedInstallationData", {MSG + "Id": self.identifier()})
        self.chain(data, "ContractCertificateChain", least=1)
        text(data, MSG + "ECDHCurve", self.random.choice(["SECP521", "X448"]))
        length = self.random.choice([56, 57, 133])
        text(data, MSG + "DHPublicKey", self.binary(length, length))
        kind, least, most = self.random.choice([("SECP521", 94, 94), ("X448", 84, 84), ("TPM", 1, 206)])
        text(data, MSG + f"{kind}_EncryptedPrivateKey", self.binary(least, most))
        text(response, MSG + "RemainingContractCertificateChains", str(self.random.randint(0, 255)))
        return response

    def chain(self, parent, name, attributes=None, least=0):
        chain = ET.SubElement(parent, MSG + name, attributes or {})
        text(chain, MSG + "Certificate", self.binary(1, 1600))
        number = self.random.randint(least, 3)
        if number:
            subs = ET.SubElement(chain, MSG + "SubCertificates")
            for _ in range(number):
                text(subs, MSG + "Certificate", self.binary(1, 1600))

    def uri(self):
        return self.random.choice(
            [
                "http://www.w3.org/TR/canonical-exi/",
                "http://www.w3.org/2001/04/xmlenc#sha512",
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
                "urn:iso:std:iso:15118:-20:Security:xmldsig#Ed448",
                "urn:" + self.identifier(),
            ]
        )

"""An eMSP and a CPS in Python, the message by iso15118."""

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
from python_pki import CONTRACT_USAGE, chain_below, der, issue, wrap


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
        self.contract = issue(self.emaid, "MO", self.emsp_subs[0], usage=CONTRACT_USAGE)
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


def wire_chain(leaf, subs):
    return CertificateChain(certificate=der(leaf), sub_certificates=SubCertificates(certificates=[der(ca) for ca in subs]))

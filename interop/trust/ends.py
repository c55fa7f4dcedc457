"""Contracts that end in every way there is, and what a station is told then: cancelled, never unknown."""

import base64
import datetime
import hashlib
import json
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from report import BINARIES
from sandbox import ISO2

CARS = ["WVWZZZ1JZXW000007", "WVWZZZ1JZXW000008", "WVWZZZ1JZXW000009", "WVWZZZ1JZXW0000100", "WAUZZZ8V0KA000006"]


def ends(sandbox):
    """One check after the other; each contract is on a car of its own."""
    parties = sandbox.parties
    emsp, oem, cpo = parties["eMSP D"], parties["OEM B"], parties["CPO B"]
    deleted, erased, revoked, reset, replaced = [Contract(sandbox, emsp, cpo, number, car) for number, car in enumerate(CARS)]
    for contract in [deleted, revoked, reset, erased, replaced]:
        yield f"{contract.emaid} is good", contract.says() == ("Accepted", "active")
    for algorithm in ["SHA256", "SHA384", "SHA512"]:
        yield f"and by hashes in {algorithm}", replaced.says_by_hashes(algorithm)[0] == "Accepted"
    for other in ["SHA1", "MD5"]:
        status, _ = replaced.ask_by_hashes(other)
        yield f"{other} is no hash of OCPP", status == 400

    status, _ = emsp.call("DELETE", f"ccp/signedcontractdata/{deleted.emaid}")
    yield "deleted: cancelled", status == 200 and deleted.both() == {"ContractCancelled"}
    status, answer = emsp.call("POST", "pki/revokeCertificate", {
        "certificate": base64.b64encode(revoked.der).decode(), "revocationReason": "keyCompromise"})
    yield "revoked: revoked, by chain and by hashes", (status, revoked.both()) == (200, {"CertificateRevoked"})
    status, answer = oem.call("DELETE", f"ccp/contractData/pcid/{reset.car}")
    yield "factory reset: cancelled", status == 200 and reset.both() == {"ContractCancelled"}
    command = [BINARIES / "opnc", "privacy", "erase", "--emaid", erased.emaid, "--yes", "--data", sandbox.folder]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    yield f"erased for privacy: cancelled {done.stderr}", done.returncode == 0 and erased.both() == {"ContractCancelled"}
    newer = Contract(sandbox, emsp, cpo, 4, CARS[4])
    yield "replaced: still good, and said", replaced.says() == ("Accepted", "replaced") and newer.says()[1] == "active"
    status, _ = parties["OEM A"].call("DELETE", f"pcp/provisioningcertificates/{CARS[4]}")
    yield "its car is withdrawn: cancelled, the earlier one too", \
        status == 200 and newer.both() | replaced.both() == {"ContractCancelled"}
    status, _ = emsp.call("POST", "trust/authorize", {"certificate": newer.pem()})
    yield "nobody but a CPO may ask", status == 403


class Contract:
    """A contract that an eMSP without a PKI has had made."""

    def __init__(self, sandbox, emsp, cpo, number, car):
        self.emaid, self.car, self.cpo = f"DEDDD{910000000 + number}", car, cpo
        now = datetime.datetime.now(datetime.timezone.utc)
        text = lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ")
        status, answer = emsp.call("PUT", "cps/contractData/generateandsign", {
            "emaid": self.emaid, "pcid": car, "xsdMsgDefNamespace": ISO2,
            "contractBegins": text(now), "contractEnds": text(now + datetime.timedelta(days=300))})
        assert status == 201, answer
        _, answer = emsp.call("GET", f"ccp/contractData/emaid/{self.emaid}")
        self.der = base64.b64decode(answer["contractDataCollection"][0]["contractCertificate"])
        self.leaf = x509.load_der_x509_certificate(self.der)
        _, answer = cpo.call("POST", "trust/resolve", {"certificates": self.pem(), "purpose": "contract"})
        self.issuer = x509.load_der_x509_certificate(base64.b64decode(answer["path"][1]["certificate"]))

    def pem(self):
        return self.leaf.public_bytes(Encoding.PEM).decode()

    def says(self):
        status, answer = self.cpo.call("POST", "trust/authorize", {"certificate": self.pem()})
        assert status == 200, answer
        return answer["certificateStatus"], answer["contract"]

    def ask_by_hashes(self, algorithm):
        key = self.issuer.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        digest = lambda content: hashlib.new(algorithm, content).hexdigest()
        return self.cpo.call("POST", "trust/authorize", {"iso15118CertificateHashData": [{
            "hashAlgorithm": algorithm, "issuerNameHash": digest(self.leaf.issuer.public_bytes()), "issuerKeyHash": digest(key),
            "serialNumber": f"{self.leaf.serial_number:x}", "responderURL": "http://ocsp.example/"}]})

    def says_by_hashes(self, algorithm="SHA256"):
        status, answer = self.ask_by_hashes(algorithm)
        assert status == 200, answer
        return answer["certificateStatus"], json.dumps(answer["notChecked"])

    def both(self):
        """The words of both ways to ask."""
        return {self.says()[0], self.says_by_hashes()[0]}

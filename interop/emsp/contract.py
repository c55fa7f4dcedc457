"""An eMSP with its own PKI: makes a contract for a car, and the bodies in which it and its root are sent."""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from python_pki import CONTRACT_USAGE, chain_below, der, issue, wrap
from sandbox import DER, ISO2


class Emsp:
    """A root, two sub CAs, and whatever they issue."""

    def __init__(self, name):
        self.root = issue(f"{name} Root", "MO", path_length="none", short_key_ids=True)
        self.subs = chain_below(self.root, "MO", short_key_ids=True)

    def contract(self, emaid):
        return issue(emaid, "MO", self.subs[0], usage=CONTRACT_USAGE, short_key_ids=True)


def root_body(root, kind):
    """PUT rootcertificates: `root` as a certificate."""
    encoded = text(root.public_bytes(DER))
    return {"caCertificate": encoded, "rootType": kind, "fingerprint": root.fingerprint(SHA256()).hex()}


def sign_body(emsp, contract, pcid, car, emaid):
    """PUT contractData/sign: `car` is the certificate to which the contract key is wrapped."""
    encrypted, dh_key = wrap(contract.key, car.public_key())
    below, above = emsp.subs
    bundle = {
        "pcid": pcid,
        "emaid": emaid,
        "contractCertificateChain": {
            "certificate": text(der(contract)),
            "subCa1Certificate": text(der(above)),
            "subCa2Certificate": text(der(below)),
        },
        "contractSignatureEncryptedPrivateKey": text(encrypted),
        "dHpublickey": text(dh_key),
    }
    return {"contractCertificateBundle": bundle, "xsdMsgDefNamespace": ISO2}


def text(octets):
    return base64.b64encode(octets).decode()

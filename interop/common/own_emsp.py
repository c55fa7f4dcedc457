"""An eMSP with its own PKI, of either generation: makes contracts, and the bodies in which they and its root are sent."""

import base64

import python_iso20
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from python_pki import CONTRACT_USAGE, chain_below, der, issue, wrap
from sandbox import DER, ISO2, ISO20


class Emsp:
    """A root, two sub CAs, and whatever they issue."""

    def __init__(self, name, curve=ec.SECP256R1):
        self.options = {"short_key_ids": True, "curve": curve}
        self.root = issue(f"{name} Root", "MO", path_length="none", **self.options)
        self.subs = chain_below(self.root, "MO", **self.options)

    def contract(self, emaid):
        return issue(emaid, "MO", self.subs[0], usage=CONTRACT_USAGE, **self.options)


def root_body(root, kind):
    """PUT rootcertificates: `root` as a certificate."""
    encoded = text(root.public_bytes(DER))
    return {"caCertificate": encoded, "rootType": kind, "fingerprint": root.fingerprint(SHA256()).hex()}


def sign_body(emsp, contract, pcid, car, emaid):
    """PUT contractData/sign: `car` is the certificate to which the contract key is wrapped."""
    return body(emsp, contract, pcid, emaid, wrap(contract.key, car.public_key()), ISO2)


def sign_body20(emsp, contract, pcid, car, emaid):
    """The same of ISO 15118-20."""
    wrapped = python_iso20.wrap(contract.key, contract.certificate, car.public_key(), python_iso20.pcid_of(car))
    return body(emsp, contract, pcid, emaid, wrapped, ISO20)


def body(emsp, contract, pcid, emaid, wrapped, namespace):
    encrypted, dh_key = wrapped
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
    return {"contractCertificateBundle": bundle, "xsdMsgDefNamespace": namespace}


def text(octets):
    return base64.b64encode(octets).decode()

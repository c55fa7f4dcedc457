"""Three ecosystems of `opnc init` and `opnc serve`, which their operators have made peers, and their parties."""

import base64
import json

from cryptography import x509
from own_emsp import root_body, text
from python_pki import chain_below, der, issue
from service import Service

ISO2 = "urn:iso:15118:2:2013:MsgDef"
API = "/opnc/v1"
# Peers are on this machine here; a peer that hangs is waited for as briefly as a slow machine allows.
SETTINGS = {"outbound": 'allow = ["127.0.0.1/32"]', "limits": "rate_per_second = 0"}


class Pool(Service):
    """An ecosystem with one party of each kind, each with a bearer token once it runs."""

    def __init__(self, folder, name, database):
        folder.mkdir()
        super().__init__(folder, SETTINGS, database=database)
        self.name = name
        self.bearers = {}

    def welcome(self, roots, **parties):
        """Parties by name: role and identifiers; and the first roots to trust."""
        parties = {"admin": ("admin",), **parties}
        for name, (role, *identifiers) in parties.items():
            self.bearers[name] = self.token(self.party(f"{name} of {self.name}", role, *identifiers))
        self.trust(roots)

    def trust(self, roots):
        """Roots with their types."""
        for root, kind in roots:
            status, answer = self.ask("admin", "PUT", "/rcp/rootcertificates", root_body(root, kind))
            assert status == 200, answer

    def own_root(self):
        """The V2G root that `opnc init` has made."""
        status, answer = self.ask("admin", "GET", "/rcp/rootcertificates?pkiType=V2G")
        assert status == 200, answer
        return x509.load_der_x509_certificate(base64.b64decode(answer["rootCertificateCollection"][0]["caCertificate"]))

    def ask(self, party, method, path, body=None, headers=()):
        """Status and JSON of an answer to a party of this ecosystem."""
        return self.ask_with(self.bearers[party], method, path, body, headers)

    def ask_with(self, bearer, method, path, body=None, headers=()):
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json", **dict(headers)}
        status, answer = self.call(method, API + path, json.dumps(body).encode() if body else None, headers)
        return status, json.loads(answer) if answer else None

    def kill(self):
        """As `kill -9` does."""
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()
        self.log.close()

    def logged(self):
        return (self.folder / "log").read_text(encoding="utf-8")

    def add_peer(self, name, url, members, *more):
        """A peer without credentials of ours; its own here."""
        named = [part for member in members for part in ("--member", member)]
        return json.loads(self.opnc("peer", "add", name, "--url", url, *named, *more, "--output", "json").stdout)

    def use_at(self, name, credentials):
        """What a peer's operator has handed over."""
        secret = self.folder / f"secret-at-{name}"
        secret.write_text(credentials["clientSecret"], encoding="utf-8")
        self.opnc("peer", "change", name, "--client-id", credentials["clientId"], "--client-secret-file", secret)


def befriend(one, members_of_one, other, members_of_other):
    """Both operators add each other; what the other has at the first."""
    of_other = one.add_peer(other.name, other.url, members_of_other)
    of_one = other.add_peer(one.name, one.url, members_of_one)
    one.use_at(other.name, of_one)
    other.use_at(one.name, of_other)
    return of_other


class Maker:
    """A maker of cars with a PKI of its own."""

    def __init__(self, name):
        self.root = issue(f"{name} Root", "OEM", path_length="none")
        self.subs = chain_below(self.root, "OEM")

    def car(self, pcid):
        return issue(pcid, "OEM", self.subs[0], usage=("digital_signature", "key_agreement"))

    def publication(self, car):
        below, above = self.subs
        chain = {
            "certificate": text(der(car)), "subCa1Certificate": text(der(above)), "subCa2Certificate": text(der(below)),
        }
        return {"provisioningCertificateChain": chain, "xsdMsgDefNamespace": ISO2}


def order(emaid, pcid, car):
    """What an eMSP without a PKI sends to have a contract made."""
    at = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "emaid": emaid,
        "pcid": pcid,
        "contractBegins": car.certificate.not_valid_before_utc.strftime(at),
        "contractEnds": car.certificate.not_valid_after_utc.strftime(at),
        "xsdMsgDefNamespace": ISO2,
    }

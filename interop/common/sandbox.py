"""A running `opnc sandbox`, and its parties as any HTTP client can be one."""

import base64
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from report import BINARIES

ISO2 = "urn:iso:15118:2:2013:MsgDef"
ISO20 = "urn:iso:std:iso:15118:-20:CommonMessages"
DER = Encoding.DER
# The sandbox is on this machine; a proxy in the environment is not for it.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sandbox:
    """Started when entered, ended when left."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        command = [BINARIES / "opnc", "sandbox", "--data", self.folder, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
        self.greeting = []
        for line in self.process.stdout:
            if line.startswith("Ctrl-C"):
                break
            self.greeting.append(line)
        else:
            raise RuntimeError("the sandbox ended before it was ready")
        [self.announced] = json.loads((self.folder / "sandbox.json").read_text(encoding="utf-8"))["ecosystems"]
        self.parties = {party["name"]: Party(self, party) for party in self.announced["parties"]}
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def root(self, kind):
        """The first root of a type, which is one of ISO 15118-2."""
        return next(self.roots(kind))

    def roots(self, kind):
        """The roots of a type, of both generations."""
        for root in self.announced["roots"]:
            if kind in root["types"]:
                yield x509.load_pem_x509_certificate((self.folder / root["pem"]).read_bytes())

    def car(self, number, cars="vehicles"):
        """PCID, chain (leaf first) and key of a car; `cars` is "vehicles" or "vehicles20"."""
        car = self.announced[cars][number]
        chain = x509.load_pem_x509_certificates((self.folder / car["chain"]).read_bytes())
        return car["pcid"], chain, load_pem_private_key((self.folder / car["key"]).read_bytes(), None)

    def call(self, method, path, body=None, headers=()):
        """Status and JSON of an answer below /opnc/v1; a body that is not bytes is sent as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **dict(headers)}
        return send(urllib.request.Request(f"{self.announced['baseUrl']}/opnc/v1/{path}", data, headers, method=method))


class Party:
    """A party, with a token of its own."""

    def __init__(self, sandbox, party):
        self.sandbox = sandbox
        credentials = f"{party['clientId']}:{party['clientSecret']}".encode()
        headers = {"Authorization": "Basic " + base64.b64encode(credentials).decode()}
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        status, answer = send(urllib.request.Request(sandbox.announced["tokenUrl"], form, headers))
        assert status == 200, answer
        self.token = answer["access_token"]

    def call(self, method, path, body=None, headers=()):
        return self.sandbox.call(method, path, body, {"Authorization": f"Bearer {self.token}", **dict(headers)})


def send(request):
    try:
        answer = OPENER.open(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read()
    return answer.status, json.loads(text) if text else None

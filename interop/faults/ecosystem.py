"""An ecosystem of `opnc init --defaults` whose processes can be killed, an OEM and an eMSP in it, and cars for them."""

import http.client
import json
import signal
import socket
import subprocess

from own_emsp import root_body, text
from python_pki import chain_below, der, issue
from report import BINARIES
from service import Service, free_port, opnc, with_lines

CARS = "/opnc/v1/pcp/provisioningcertificates"
GENERATE = "/opnc/v1/cps/contractData/generateandsign"
CONTRACTS = "/opnc/v1/ccp/contractData/emaid"
ISO2 = "urn:iso:15118:2:2013:MsgDef"
# The load is more than one party is usually allowed.
LIMITS = "rate_per_second = 0\nmisses_per_minute = 0"


class Ecosystem(Service):
    """Made on a database of either engine. Its processes have one address to the outside, that of the first."""

    def __init__(self, folder, database, busy_timeout="5s"):
        folder.mkdir()
        self.folder = folder
        self.database = database
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.config = folder / "opnc.toml"
        arguments = ["--listen", self.address, "--base-url", self.url, "--database", database.url, "--config", self.config]
        opnc("init", "--defaults", *arguments)
        self.configure(lambda text: with_lines(text, "[limits]\n", LIMITS))
        self.configure(lambda text: with_lines(text, "[store]\n", f'busy_timeout = "{busy_timeout}"'))
        self.nodes = []

    def __enter__(self):
        self.node(self.port)
        try:
            self.welcome()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            node.end()

    def node(self, port):
        node = Node(self, port)
        self.nodes.append(node)
        node.start()
        return node

    def welcome(self):
        """The parties, with tokens, and the root of the cars."""
        admin = {"Authorization": f"Bearer {self.token(self.party('Admin', 'admin'))}"}
        self.parties = {
            "oem": self.party("Cars", "oem", "--wmi", "WAF"),
            "emsp": self.party("Mobility", "emspNoPki", "--provider-id", "DEFLT"),
        }
        self.bearers = {
            name: {"Authorization": f"Bearer {self.token(party)}", "Content-Type": "application/json"}
            for name, party in self.parties.items()
        }
        self.root = issue("Cars Root", "OEM", path_length="none")
        self.subs = chain_below(self.root, "OEM")
        body = json.dumps(root_body(self.root.certificate, "OEM")).encode()
        status, answer = self.call("PUT", "/opnc/v1/rcp/rootcertificates", body, {**admin, "Content-Type": "application/json"})
        assert status == 200, answer

    def car(self, number):
        return Car(self, number)

    def verified(self):
        """Whether the audit log holds, by the program."""
        command = [BINARIES / "opnc", "audit", "verify", "--config", self.config]
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0


class Car:
    """A car that nobody knows yet, and the contract that it may get."""

    def __init__(self, ecosystem, number):
        self.pcid = f"WAFFAULT{number:09}"
        self.emaid = f"DEFLT{number:09}"
        leaf = issue(self.pcid, "OEM", ecosystem.subs[0], usage=("digital_signature", "key_agreement"))
        below, above = ecosystem.subs
        self.chain = {
            "certificate": text(der(leaf)),
            "subCa1Certificate": text(der(above)),
            "subCa2Certificate": text(der(below)),
        }
        self.publication = {"provisioningCertificateChain": self.chain, "xsdMsgDefNamespace": ISO2}
        self.order = {
            "emaid": self.emaid,
            "pcid": self.pcid,
            "contractBegins": leaf.certificate.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "contractEnds": leaf.certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "xsdMsgDefNamespace": ISO2,
        }
        # What became of each write of it: absent when it was not tried, True when it was answered with success, False
        # when it was refused, None when nobody knows.
        self.fate = {}


class Node:
    """A process of `opnc serve`."""

    def __init__(self, ecosystem, port):
        self.address = ("127.0.0.1", port)
        self.command = [BINARIES / "opnc", "serve", "--config", ecosystem.config, "--listen", f"127.0.0.1:{port}"]
        self.log = ecosystem.folder / f"log-{port}"
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, encoding="utf-8")
        if not self.process.stdout.readline().startswith("opnc is ready"):
            self.process.wait(10)
            raise RuntimeError(self.log.read_text(encoding="utf-8")[-2000:])

    def kill(self):
        """As `kill -9` does."""
        self.process.kill()
        assert self.process.wait(10) == -signal.SIGKILL
        self.process.stdout.close()

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process:
            self.process.stdout.close()


class Connection:
    """Kept alive as long as the other side does."""

    def __init__(self, node, bearer):
        self.http = http.client.HTTPConnection(*node.address, timeout=40)
        self.bearer = bearer

    def connect(self):
        """Whether there is a connection."""
        if self.http.sock is None:
            try:
                self.http.connect()
                self.http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                self.http.close()
        return self.http.sock is not None

    def call(self, method, path, body=None):
        """Status and JSON; None when the connection broke, so that nobody knows."""
        try:
            self.http.request(method, path, json.dumps(body) if body else None, self.bearer)
            answer = self.http.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self.http.close()
            return None, None
        return answer.status, json.loads(data) if data else None

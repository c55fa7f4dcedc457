"""Ecosystems as peers, seen by other people's programs.

PyJWT verifies how an ecosystem describes itself, and signs descriptions of its own; openssl verifies the roots that were read at
a peer. The peer is a TLS server of Python, which wants a client certificate that openssl has made, for tokens and roots alike.

Usage: python3 interop/peers/check.py, after `cargo build -p opnc`. Exits with 1 when anything differs.
"""

import base64
import datetime
import functools
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import jwt  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from own_emsp import Emsp, root_body  # noqa: E402
from report import BINARIES, report, skip  # noqa: E402
from service import Service  # noqa: E402

TYPE = "opnc-pool-description+jws"
ROOTS = "/opnc/v1/rcp/rootcertificates"


def openssl(folder, *arguments):
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=True).stdout


def make_certificates(folder):
    """A CA, a server on this machine, our client certificate, and a client of another CA."""
    (folder / "server.ext").write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    (folder / "client.ext").write_text("extendedKeyUsage=clientAuth\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for ca in ["ca", "other"]:
        openssl(folder, "req", "-x509", *curve, "-keyout", f"{ca}.key", "-out", f"{ca}.pem", "-subj", f"/CN={ca}", "-days", "30")
    for name, ca, usage in [("server", "ca", "server"), ("client", "ca", "client"), ("stranger", "other", "client")]:
        openssl(folder, "req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial",
                "-out", f"{name}.pem", "-days", "20", "-extfile", f"{usage}.ext")


class Peer(http.server.ThreadingHTTPServer):
    """An ecosystem of another make: TLS with client certificates, tokens, and roots with an entity tag."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Answers)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem", folder / "server.key")
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server_port}"
        self.roots, self.descriptions, self.calls = [], [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """A handshake that ended badly."""

    def called(self, path):
        return [call for call in self.calls if call[0].startswith(path)]


class Answers(http.server.BaseHTTPRequestHandler):
    timeout = 10

    def answer(self, status, body=None, tag=None):
        # Before the answer: who has it may look at the calls at once.
        name = dict(pair[0] for pair in self.connection.getpeercert()["subject"])["commonName"]
        self.server.calls.append((self.path, name, self.headers.get("Authorization"), status))
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(200, {"access_token": "of-the-peer", "token_type": "Bearer", "expires_in": 3600})

    def do_GET(self):
        if self.path == ROOTS:
            body = {"rootCertificateCollection": self.server.roots}
            tag = '"' + hashlib.sha256(json.dumps(body).encode()).hexdigest()[:16] + '"'
            known = self.headers.get("If-None-Match") == tag
            return self.answer(304 if known else 200, None if known else body, tag)
        if self.path == "/opnc/v1/federation/peers":
            return self.answer(200, {"descriptions": self.server.descriptions})
        return self.answer(404, {"errorMessages": ["?"], "traceId": str(uuid.uuid4())})

    def log_message(self, *_):
        pass


class Files(http.server.SimpleHTTPRequestHandler):
    """A folder, shown without a word."""

    def log_message(self, *_):
        pass


def thumbprint(jwk):
    """RFC 7638."""
    members = json.dumps({name: jwk[name] for name in ["crv", "kty", "x", "y"]}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).decode().rstrip("=")


def describe(key, base_url, **changes):
    """A description that PyJWT signs."""
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    said = {"ecosystem": "a-python", "name": "Python", "baseUrl": base_url, "services": ["rcp", "pcp"],
            "members": {"oem": ["WPY"]}, "keys": [jwk], "issued": now.isoformat(),
            "expires": (now + datetime.timedelta(days=7)).isoformat(), **changes}
    headers = {"typ": TYPE, "kid": thumbprint(jwk)}
    return jwt.api_jws.PyJWS().encode(json.dumps(said).encode(), key, "ES256", headers), thumbprint(jwk)


class Operator:
    """Who works with the program, and trusts the CA of the peer's server."""

    def __init__(self, service, folder):
        self.service, self.environment = service, {**os.environ, "SSL_CERT_FILE": str(folder / "ca.pem")}

    def run(self, *arguments, text=None):
        command = [BINARIES / "opnc", *map(str, arguments), "--config", self.service.config]
        return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=60, env=self.environment)

    def json(self, *arguments, text=None):
        done = self.run(*arguments, "--output", "json", text=text)
        assert done.returncode == 0, (arguments, done.stderr)
        return json.loads(done.stdout)


def checks():
    if not shutil.which("openssl"):
        skip("interop/peers", "no openssl")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        settings = {"outbound": "allow_private = true", "federation": 'name = "Checked"\nmay_be_told = true',
                    "trust": 'contract = ["peer:Python"]'}
        service = Service(folder, settings, "https://opnc.example")
        operator, peer = Operator(service, folder), Peer(folder)
        yield from of_description(operator)
        yield from of_introduction(operator, peer, folder)
        yield from of_roots(operator, peer, folder)
        yield from of_urls(operator, folder)
        yield from of_service(service, operator, folder)
        peer.shutdown()


def of_description(operator):
    own = operator.json("peer", "describe")
    keys = own["description"]["keys"]
    header = jwt.get_unverified_header(own["document"])
    yield "its header has ES256, the key and the type", header == {"alg": "ES256", "kid": keys[0]["kid"], "typ": TYPE}
    key = jwt.PyJWK.from_dict(keys[0]).key
    said = json.loads(jwt.api_jws.PyJWS().decode(own["document"], key, algorithms=["ES256"]))
    yield "PyJWT verifies the description", said["name"] == "Checked" and said["baseUrl"] == "https://opnc.example"
    yield "its fingerprint is that of RFC 7638", own["fingerprint"] == thumbprint(keys[0]) == header["kid"]
    yield "plain output is the document alone", operator.run("peer", "describe").stdout.count(".") == 2


def of_introduction(operator, peer, folder):
    # One fingerprint in 64 looks like an option of a program.
    fingerprint = ""
    while not fingerprint.startswith("-"):
        document, fingerprint = describe(ec.generate_private_key(ec.SECP256R1()), peer.url)
    yield "a wrong fingerprint is refused", operator.run("peer", "introduce", "-", "--fingerprint", "x" * 43, text=document).returncode == 1
    tampered = document[:60] + ("A" if document[60] != "A" else "B") + document[61:]
    yield "a changed description is refused", operator.run("peer", "introduce", "-", text=tampered).returncode == 1
    waits = operator.json("peer", "introduce", "-", text=document)
    yield "a description of PyJWT waits", waits["waits"] and waits["fingerprint"] == fingerprint
    refused = operator.run("peer", "accept", "Python")
    yield "without a comparison it is not accepted", refused.returncode == 1 and fingerprint in refused.stderr
    mismatch = ["--client-certificate", folder / "client.pem", "--client-key", folder / "stranger.key"]
    done = operator.run("peer", "accept", "Python", "--fingerprint", fingerprint, *mismatch)
    yield "a key that is not the certificate's is refused", done.returncode == 1 and "key" in done.stderr
    (folder / "secret").write_text("secret-at-the-peer\n")
    own = ["--client-id", "us", "--client-secret-file", folder / "secret"]
    good = ["--client-certificate", folder / "client.pem", "--client-key", folder / "client.key"]
    accepted = operator.json("peer", "accept", "Python", "--trusted-by-policy", "--fingerprint", fingerprint, *own, *good)
    yield "with it, it is a peer", accepted["isAsked"] and len(accepted["clientSecret"]) == 64
    shown = operator.json("peer", "show", "Python")
    leaf = x509.load_pem_x509_certificate((folder / "client.pem").read_bytes())
    yield "the certificate is shown", shown["clientCertificate"]["fingerprint"] == hashlib.sha256(leaf.public_bytes(Encoding.DER)).hexdigest()
    yield "its members are those of the description", shown["members"] == ["oem=WPY"]
    doctor = operator.run("doctor", "--output", "json").stdout
    yield "doctor warns of the end of the certificate", "our certificate at Python" in doctor and '"warn"' in doctor
    peer.descriptions = [describe(ec.generate_private_key(ec.SECP256R1()), "https://third.example", ecosystem="third", name="Third")[0]]


def of_roots(operator, peer, folder):
    emsp, other = Emsp("Python"), Emsp("Liar")
    lie = {**root_body(other.root.certificate, "V2G"), "fingerprint": "00" * 32}
    peer.roots = [root_body(emsp.root.certificate, "MO"), lie]
    [synced] = operator.json("peer", "sync")
    yield "roots are read", (synced["roots"], synced["added"], synced["isRead"]) == (1, 1, True)
    yield "one with another fingerprint is refused", len(synced["problems"]) == 1 and "fingerprint" in synced["problems"][0]
    yield "it has told of a third ecosystem, which waits", synced["introduced"] == 1
    told = [one for one in operator.json("peer", "introductions") if one["description"]["name"] == "Third"]
    yield "with who told of it", [one["toldBy"] for one in told] == ["Python"] and not told[0]["confirmed"]
    tokens, roots = peer.called("/oauth2/token"), peer.called(ROOTS)
    basic = "Basic " + base64.b64encode(b"us:secret-at-the-peer").decode()
    yield "the token is fetched with certificate and secret", [call[1:3] for call in tokens] == [("client", basic)]
    yield "the roots are read with certificate and token", [call[1:3] for call in roots] == [("client", "Bearer of-the-peer")]
    listed = operator.json("rcp", "list")
    foreign = [root for root in listed if root["peers"]]
    yield "the list has it with its origin and purpose", [(root["peers"], root["trustedFor"]) for root in foreign] == [(["Python"], ["contract"])]
    der = base64.b64decode(foreign[0]["caCertificate"])
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    (folder / "read.pem").write_bytes(pem)
    yield "openssl verifies it as a root", b"OK" in openssl(folder, "verify", "-check_ss_sig", "-CAfile", "read.pem", "read.pem")
    peer.roots = peer.roots[:1]
    operator.json("peer", "sync")
    [again] = operator.json("peer", "sync")
    yield "a list that is known is a 304", peer.called(ROOTS)[-1][3] == 304 and again["roots"] == 1
    peer.roots = []
    [gone] = operator.json("peer", "sync")
    yield "what is gone there is gone here", (gone["roots"], gone["removed"]) == (0, 1)

    stranger = ["--client-certificate", folder / "stranger.pem", "--client-key", folder / "stranger.key"]
    operator.run("peer", "change", "Python", *stranger)
    [failed] = json.loads(operator.run("peer", "sync", "--output", "json").stdout)
    yield "a certificate of another CA does not get in", not failed["isRead"] and failed["problems"]
    operator.run("peer", "change", "Python", "--no-client-certificate")
    done = operator.run("peer", "sync", "--output", "json")
    yield "nor none", done.returncode == 1 and not json.loads(done.stdout)[0]["isRead"]

    second = operator.run("peer", "add", "Alone", "--url", peer.url)
    yield "no second peer is at one URL", second.returncode == 1 and "Python" in second.stderr
    operator.run("peer", "remove", "Python")
    alone = ["--client-certificate", folder / "client.pem", "--client-key", folder / "client.key"]
    operator.json("peer", "add", "Alone", "--url", peer.url, *alone)
    tokens = len(peer.called("/oauth2/token"))
    [read] = operator.json("peer", "sync", "Alone")
    yield "a certificate alone says who calls", read["isRead"] and peer.called(ROOTS)[-1][1:3] == ("client", None)
    yield "then no token is fetched", len(peer.called("/oauth2/token")) == tokens
    operator.run("peer", "remove", "Alone")


def of_urls(operator, folder):
    document, _ = describe(ec.generate_private_key(ec.SECP256R1()), "https://fourth.example", ecosystem="fourth", name="Fourth")
    (folder / "shown").mkdir()
    (folder / "shown" / "them.jws").write_text(document)
    (folder / "shown" / "long").write_text("x" * 70_000)
    handler = functools.partial(Files, directory=folder / "shown")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield "a description is fetched from a URL", operator.json("peer", "introduce", f"{url}/them.jws")["name"] == "Fourth"
        done = operator.run("peer", "introduce", f"{url}/long")
        yield "not one without an end", done.returncode == 1 and "larger" in done.stderr
        operator.environment["OPNC_OUTBOUND__ALLOW_PRIVATE"] = "false"
        done = operator.run("peer", "introduce", f"{url}/them.jws")
        yield "nor from where strangers must not reach", done.returncode == 1 and "outbound.allow" in done.stderr
        del operator.environment["OPNC_OUTBOUND__ALLOW_PRIVATE"]
        server.shutdown()
    refused = operator.run("peer", "refuse", "Fourth")
    yield "an introduction is refused", refused.returncode == 0 and all(
        one["description"]["name"] != "Fourth" for one in operator.json("peer", "introductions"))


def of_service(service, operator, folder):
    """A service that runs, asked by curl as a peer and as a party."""
    peer = operator.json("peer", "add", "Asking", "--url", "https://asking.example")
    oem = service.party("Car Maker", "oem", "--wmi", "WAU")
    service.url = f"http://{service.address}"
    with service:
        def ask(party, path, *options):
            command = ["curl", "--silent", "--noproxy", "*", "--max-time", "30", "--write-out", "\n%{http_code}",
                       "--header", f"Authorization: Bearer {service.token(party)}", *options, service.url + path]
            body, _, status = subprocess.run(command, capture_output=True, check=True).stdout.decode().rpartition("\n")
            return int(status), body

        status, body = ask(peer, "/opnc/v1/federation/peers")
        told = [jwt.api_jws.PyJWS().decode_complete(text, options={"verify_signature": False}) for text in json.loads(body)["descriptions"]]
        said = [json.loads(one["payload"]) for one in told]
        yield "curl as a peer is told of the ecosystem itself", status == 200 and [one["name"] for one in said] == ["Checked"]
        yield "it speaks for its parties", said[0]["members"]["oem"] == ["WAU"] and said[0]["mayBeTold"]
        yield "a party is told nothing", ask(oem, "/opnc/v1/federation/peers")[0] == 403
        head = ask(oem, ROOTS, "--include")[1].split("\r\n\r\n")[0]
        tag = next(line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("etag"))
        yield "the list of roots has an entity tag", ask(oem, ROOTS, "--header", f"If-None-Match: {tag}") == (304, "")


report(checks())

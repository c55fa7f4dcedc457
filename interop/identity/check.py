"""Callers as other people's programs make them: tokens by PyJWT, certificates by openssl, requests by curl.

An issuer of its own (Python's http.server) shows its metadata and keys to `opnc serve`; a CA made by openssl certifies
clients. The commands are those of docs/how-to/identity.md and tls.md.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import jwt  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: E402
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm  # noqa: E402
from report import ROOT, report  # noqa: E402
from service import Service  # noqa: E402

ROOTS = "/opnc/v1/rcp/rootcertificates"
AUDIENCE = "https://opnc.example"
CLAIM = "https://eu.plugncharge.hubject.com/party"
KEYS = {
    "RS256": (rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "ES256": (ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
}


class Issuer(http.server.ThreadingHTTPServer):
    """Answers with its metadata and its keys, and counts who asks."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keys(self):
        for algorithm, (key, kind) in KEYS.items():
            yield {**json.loads(kind.to_jwk(key.public_key())), "kid": algorithm, "alg": algorithm, "use": "sig"}

    def token(self, algorithm="RS256", key=None, kid=None, **claims):
        """A good token, but for what is given; a claim that is None is left out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "x", "iat": now, "exp": now + 600, CLAIM: "DEABC"}
        claims = {name: value for name, value in {**good, **claims}.items() if value is not None}
        return jwt.encode(claims, key or KEYS[algorithm][0], algorithm, {"kid": kid or algorithm})


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = {"issuer": self.server.url, "jwks_uri": f"{self.server.url}/keys"}
        if self.path == "/keys":
            body = {"keys": list(self.server.keys())}
        elif not self.path.startswith("/.well-known/"):
            return self.send_error(404)
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_hand(token, header, sign):
    """The claims of a token under another header and signature."""
    payload = token.split(".")[1]
    signed = f"{encoded(json.dumps(header).encode())}.{payload}"
    return f"{signed}.{encoded(sign(signed.encode()))}"


def forged(issuer):
    """Tokens that must not be taken, with a name each."""
    good, now = issuer.token(), int(time.time())
    yield "another audience", issuer.token(aud="https://other.example")
    yield "no audience", issuer.token(aud=None)
    yield "another issuer", issuer.token(iss="https://other.example")
    yield "no issuer", issuer.token(iss=None)
    yield "expired", issuer.token(exp=now - 3600)
    yield "without an end", issuer.token(exp=None)
    yield "not yet valid", issuer.token(nbf=now + 3600)
    yield "a party that is none here", issuer.token(**{CLAIM: "DEXXX"})
    yield "no party", issuer.token(**{CLAIM: None})
    yield "an admin", issuer.token(**{CLAIM: "BOSS"})
    yield "another key under a known name", issuer.token(key=rsa.generate_private_key(65537, 2048))
    yield "a key that nobody has", issuer.token(key=rsa.generate_private_key(65537, 2048), kid="unknown")
    yield "the key of another algorithm", issuer.token("ES256", kid="RS256")
    none = {"alg": "none", "typ": "JWT", "kid": "RS256"}
    yield "unsigned", by_hand(good, none, lambda _: b"")
    yield "unsigned, with the signature of another", f"{by_hand(good, none, lambda _: b'')}{good.split('.')[2]}"
    public = KEYS["RS256"][0].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    modulus = json.loads(RSAAlgorithm.to_jwk(public))["n"].encode()
    for name, secret in [("PEM", pem), ("stripped PEM", pem.strip()), ("DER", der), ("n", modulus), ("nothing", b"")]:
        header = {"alg": "HS256", "typ": "JWT", "kid": "RS256"}
        token = by_hand(good, header, lambda data: hmac.new(secret, data, hashlib.sha256).digest())
        yield f"HMAC with the public key as its secret ({name})", token
    head, payload, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    other = encoded(json.dumps({**claims, CLAIM: "DEDEF"}).encode())
    yield "claims of another under a signature", f"{head}.{other}.{signature}"


def tokens(folder):
    issuer = Issuer()
    settings = {"outbound": "allow_private = true"}
    service = Service(folder, settings)
    emsp = service.party("Emsp", "emspNoPki", "--provider-id", "DEABC")
    cpo = service.party("Cpo", "cpo", "--operator-id", "DEDEF")
    boss = service.party("Boss", "admin")
    parties = f'{{ "DEABC" = "{emsp["clientId"]}", "DEDEF" = "{cpo["id"]}", "BOSS" = "{boss["clientId"]}" }}'
    lines = f"""
[[issuer]]
issuer = "{issuer.url}"
audience = ["{AUDIENCE}"]
algorithms = ["RS256", "ES256", "EdDSA"]
claim = ["{CLAIM}"]
parties = {parties}
"""
    service.configure(lambda text: text + lines)

    def status(token, path=ROOTS, **headers):
        return service.call("GET", path, None, {"Authorization": f"Bearer {token}", **headers})

    with service:
        for algorithm in KEYS:
            answer = status(issuer.token(algorithm))
            yield f"a token by {algorithm} is taken: {answer[0]}", answer[0] == 200
        lists = issuer.token(aud=["x", AUDIENCE], **{CLAIM: ["DEABC"]})
        yield "a list of audiences, a list of parties", status(lists)[0] == 200
        foreign = "/opnc/v1/ccp/contractData/emaid/DEDEFAAAAAAAA1"
        yield "the party of the claim, with its rights alone", status(issuer.token(), foreign)[0] == 403
        yield f"keys are asked for once ({issuer.asked})", issuer.asked.count("/keys") == 1
        for name, token in forged(issuer):
            got, body = status(token)
            yield f"refused: {name}: {got}", got == 401 and json.loads(body)["errorMessages"]
        yield f"unknown keys do not make us ask each time ({len(issuer.asked)})", issuer.asked.count("/keys") <= 2
        yield "a good one after all that", status(issuer.token())[0] == 200
        yield from acting(service)
    issuer.shutdown()


def acting(service):
    """OPNC-from-party-*: one of the party's own identities."""
    oem = service.party("Group", "oem", "--wmi", "WAA", "--wmi", "WBB")
    bearer = {"Authorization": f"Bearer {service.token(oem)}"}
    for car, sent, expected in [
        ("WAA", {}, 404),
        ("WBB", {}, 404),
        ("WAA", {"OPNC-from-party-type": "oem", "OPNC-from-party-id": "WAA"}, 404),
        ("WBB", {"OPNC-from-party-type": "oem", "OPNC-from-party-id": "WAA"}, 403),
        ("WAA", {"OPNC-from-party-type": "oem", "OPNC-from-party-id": "WCC"}, 403),
        ("WAA", {"OPNC-from-party-type": "emsp", "OPNC-from-party-id": "DEABC"}, 403),
        ("WAA", {"OPNC-from-party-type": "oem"}, 400),
        ("WAA", {"OPNC-from-party-type": "oem", "OPNC-from-party-id": "?"}, 400),
        ("WAA", {"OPNC-from-party-type": "bank", "OPNC-from-party-id": "WAA"}, 400),
    ]:
        path = f"/opnc/v1/pcp/provisioningcertificates/{car}00000000000001"
        got, body = service.call("GET", path, None, {**bearer, **sent})
        yield f"{car} as {' '.join(sent.values()) or 'itself'}: {got}", got == expected


def run(folder, command, **variables):
    """A command of a shell, its output whatever its end."""
    environment = {**os.environ, **variables, "no_proxy": "*"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    return done.stdout.decode() + done.stderr.decode()


def first(text):
    """The JSON that a text begins with."""
    return json.JSONDecoder().raw_decode(text)[0]


def commands(page, having):
    """The commands with this word in a page of docs/how-to."""
    text = (ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.S)).replace("\\\n", " ")
    return [line for line in blocks.splitlines() if having in line]


NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"


def client(folder, name, common_name, ca=None):
    """NAME.pem and NAME.key, below a CA or signed by itself."""
    if ca is None:
        return run(folder, f"openssl req -x509 -days 30 {NEW_KEY} -keyout {name}.key -out {name}.pem -subj '/CN={common_name}'")
    (folder / "leaf").write_text("basicConstraints=CA:FALSE\n")
    run(folder, f"openssl req {NEW_KEY} -keyout {name}.key -out {name}.csr -subj '/CN={common_name}'")
    return run(
        folder, f"openssl x509 -req -in {name}.csr -CA {ca}.pem -CAkey {ca}.key -out {name}.pem -days 30 -extfile leaf"
    )


def certificates(folder):
    [make] = commands("tls.md", "openssl req")
    run(folder, make)
    for ca in ("parties", "others"):
        client(folder, ca, ca)
    settings = {
        "tls": 'certificate_file = "server.pem"\nkey_file = "server.key"\nclient_ca_file = "parties.pem"',
    }
    service = Service(folder, settings)
    service.url = f"https://localhost:{service.port}"
    service.configure(lambda text: text.replace(f"http://{service.address}", service.url))
    emsp = service.party("Emsp", "emspNoPki", "--provider-id", "DEABC")
    cpo = service.party("Cpo", "cpo", "--operator-id", "DEDEF")
    client(folder, "client", emsp["clientId"], "parties")
    client(folder, "stranger", "nobody", "parties")
    client(folder, "false", emsp["clientId"], "others")
    client(folder, "own", "any name")

    def curl(arguments):
        write = r"--write-out '\n%{http_code} %{http_version}'"
        return run(folder, f"curl --silent --show-error --max-time 20 --cacert server.pem {write} {arguments}")

    def roots(arguments):
        return curl(f"{arguments} {service.url}{ROOTS}")

    with service:
        [look] = commands("tls.md", "curl --cacert")
        answer = run(folder, look.replace("8443", str(service.port)))
        yield "the metadata, as tls.md has it", first(answer)["issuer"] == service.url
        [shake] = commands("tls.md", "openssl s_client")
        answer = run(folder, shake.replace("8443", str(service.port)))
        yield "a handshake, as tls.md has it", "TLSv1.3" in answer and "Verification: OK" in answer
        answer = run(folder, f"openssl s_client -connect {service.address} -CAfile server.pem -tls1_2 -brief")
        yield "not TLS 1.2", "TLSv1.2" not in answer and "alert" in answer
        [use] = commands("identity.md", "curl --cert client.pem")
        answer = curl(use.removeprefix("curl ").replace("https://opnc.example", service.url))
        yield f"a certificate below the CA of parties: {answer[-5:]}", answer.endswith("\n200 2")
        for name in ("stranger", "false", "own"):
            answer = roots(f"--cert {name}.pem --key {name}.key")
            yield f"{name}.pem is refused: {answer[-5:]}", answer.endswith("\n401 2")
        yield "and nobody", roots("").endswith("\n401 2")
        [ask] = commands("identity.md", "curl -u")
        answer = run(
            folder,
            ask.replace("https://opnc.example", service.url).replace("curl ", "curl --silent --cacert server.pem "),
            CLIENT_ID=cpo["clientId"],
            CLIENT_SECRET=cpo["clientSecret"],
        )
        token = first(answer)["access_token"]
        yield "a token by a secret", roots(f"-H 'Authorization: Bearer {token}'").endswith("\n200 2")
        mixed = roots(f"--cert client.pem --key client.key -H 'Authorization: Bearer {token}'")
        yield "not with a certificate of somebody else", mixed.endswith("\n401 2")
        form = f"-d grant_type=client_credentials -d client_id={emsp['clientId']}"
        answer = curl(f"{form} --cert client.pem --key client.key {service.url}/oauth2/token")
        token = first(answer)["access_token"]
        bearer = f"-H 'Authorization: Bearer {token}'"
        yield "a token by a certificate", roots(f"{bearer} --cert client.pem --key client.key").endswith("\n200 2")
        yield "is bound to it", roots(bearer).endswith("\n401 2")
        yield from registered(service, roots)


def registered(service, roots):
    """A certificate that nobody of ours has issued, registered and taken away."""

    def becomes(end):
        """Within five seconds, and the time of some requests."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if roots("--cert own.pem --key own.key").endswith(end):
                return True
        return False

    service.opnc("party", "certificate", "Cpo", "--add", service.folder / "own.pem")
    yield "registered by its fingerprint", becomes("\n200 2")
    shown = run(service.folder, "openssl x509 -in own.pem -noout -fingerprint -sha256 | cut -d= -f2").strip()
    service.opnc("party", "certificate", "Cpo", "--remove", shown)
    yield "taken away", becomes("\n401 2")


def checks(folder):
    for name, check in [("tokens", tokens), ("certificates", certificates)]:
        (folder / name).mkdir()
        yield from check(folder / name)


with tempfile.TemporaryDirectory() as folder:
    report(checks(pathlib.Path(folder)))

"""What an operator without any software of ours has: openssl and curl."""

import json
import pathlib
import subprocess

NAMES = {"secp256r1": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "secp521r1": ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
         "Ed448": ["ED448"], "P-384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "RSA": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]}


def run(*command, stdin=None, good=True):
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, timeout=60)
    if good and done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace')}")
    return done


class Request:
    """A new key and a request for it, in files."""

    count = 0

    def __init__(self, folder, common_name, algorithm="secp256r1", options=()):
        Request.count += 1
        self.key = folder / f"{Request.count}.key"
        self.pem = folder / f"{Request.count}.csr.pem"
        self.der = folder / f"{Request.count}.csr.der"
        run("openssl", "genpkey", "-algorithm", *NAMES[algorithm], "-out", self.key)
        run("openssl", "req", "-new", "-key", self.key, "-subj", f"/O=CPO B/CN={common_name}", "-out", self.pem, *options)
        run("openssl", "req", "-in", self.pem, "-outform", "DER", "-out", self.der)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def messages(self):
        return " ".join(json.loads(self.body)["errorMessages"])

    def certificates(self, target):
        """The PEM certificates in a certs-only answer, as openssl reads them, written to `target`."""
        der = run("openssl", "base64", "-d", stdin=self.body).stdout
        run("openssl", "pkcs7", "-inform", "DER", "-print_certs", "-out", target, stdin=der)
        also = run("openssl", "cms", "-inform", "DER", "-cmsout", "-noout", stdin=der, good=False)
        return also.returncode == 0


def credentials(sandbox, name):
    party = next(party for party in sandbox.announced["parties"] if party["name"] == name)
    return f"{party['clientId']}:{party['clientSecret']}"


def curl(sandbox, path, *options, body=None):
    command = ["curl", "--silent", "--noproxy", "*", "--max-time", "30", "--include", "--header", "Expect:", *options]
    if body is not None:
        command += ["--header", "Content-Type: application/pkcs10", "--data-binary", f"@{body}"]
    out = run(*command, sandbox.announced["baseUrl"] + path).stdout
    head, _, content = out.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]), headers, content)


def bearer(sandbox, name):
    return ["--header", f"Authorization: Bearer {sandbox.parties[name].token}"]


def basic(sandbox, name):
    return ["--user", credentials(sandbox, name)]


def enrolled(sandbox, folder, request, query="caDomain=cpo", party="CPO B"):
    """Enrols, and gives back the file of the certificate."""
    answer = curl(sandbox, f"/opnc/v1/pki/est/simpleenroll?{query}", *bearer(sandbox, party), body=request.pem)
    if answer.status != 200:
        raise RuntimeError(answer.body.decode())
    leaf = request.key.with_suffix(".pem")
    answer.certificates(leaf)
    return leaf


def chain(sandbox, folder, query, party="CPO B"):
    """The CA certificates of a domain: files with the sub CAs and with the root."""
    answer = curl(sandbox, f"/opnc/v1/pki/est/cacerts?{query}", *bearer(sandbox, party))
    everything = pathlib.Path(folder) / "cacerts.pem"
    answer.certificates(everything)
    subs, root = pathlib.Path(folder) / "subs.pem", pathlib.Path(folder) / "root.pem"
    begin = "-----BEGIN CERTIFICATE-----"
    certificates = [begin + part.split("-----END")[0] + "-----END CERTIFICATE-----\n"
                    for part in everything.read_text(encoding="utf-8").split(begin)[1:]]
    roots, others = [], []
    for pem in certificates:
        names = run("openssl", "x509", "-noout", "-subject", "-issuer", stdin=pem.encode()).stdout.decode().splitlines()
        (roots if names[0].removeprefix("subject=") == names[1].removeprefix("issuer=") else others).append(pem)
    subs.write_text("".join(others), encoding="utf-8")
    root.write_text("".join(roots), encoding="utf-8")
    return subs, root, len(others), len(roots)


def text(certificate):
    return run("openssl", "x509", "-in", certificate, "-noout", "-text").stdout.decode()

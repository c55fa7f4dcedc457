"""The state of certificates, asked by `openssl` and `curl` at the URLs that stand in the certificates themselves.

A charging station's certificate is enrolled in a sandbox, looked at, revoked, and looked at again.

Usage: python3 interop/status/check.py, after `cargo build -p opnc`. Exits with 1 when anything differs.
"""

import base64
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ["common", "emsp", "est"]]

from client import Request, chain, enrolled, run
from report import report, skip
from revocation import revoke
from sandbox import Sandbox


def urls(leaf):
    """The OCSP, CA issuers and CRL URLs of a certificate, as openssl shows them."""
    text = run("openssl", "x509", "-in", leaf, "-noout", "-ext", "authorityInfoAccess,crlDistributionPoints").stdout.decode()
    found = {}
    for line in text.splitlines():
        line = line.strip()
        if "URI:" in line:
            found[line.split(" - ")[0] if " - " in line else "CRL"] = line.split("URI:")[1]
    return found["OCSP"], found["CA Issuers"], found["CRL"]


def fetch(url, target, *options):
    done = run("curl", "--silent", "--noproxy", "*", "--max-time", "30", "--output", target, "--write-out",
               "%{http_code} %{content_type}", *options, url)
    return done.stdout.decode()


def checks():
    for tool in ["curl", "openssl"]:
        if not shutil.which(tool):
            skip("interop/status", f"no {tool}")
            return
    with tempfile.TemporaryDirectory() as folder, Sandbox(pathlib.Path(folder) / "data") as sandbox:
        yield from of_algorithm(sandbox, pathlib.Path(folder), "secp256r1", "caDomain=cpo")
        query = "caDomain=cpo&iso15118Version=ISO15118-20&algorithm=secp521r1"
        yield from of_algorithm(sandbox, pathlib.Path(folder), "secp521r1", query)
        query = "caDomain=cpo&iso15118Version=ISO15118-20&algorithm=Ed448"
        yield from of_algorithm(sandbox, pathlib.Path(folder), "Ed448", query)


def of_algorithm(sandbox, folder, algorithm, query):
    leaf = enrolled(sandbox, folder, Request(folder, "DE*BBB*ESTATUS", algorithm), query)
    subs, root, _, _ = chain(sandbox, folder, query)
    ocsp, ca, crl = urls(leaf)
    yield f"{algorithm}: the certificate names the sandbox's status listener", ocsp.startswith(sandbox.announced["statusUrl"])
    issuer = folder / "issuer.pem"
    answered = fetch(ca, folder / "issuer.der")
    run("openssl", "x509", "-inform", "DER", "-in", folder / "issuer.der", "-out", issuer)
    yield f"{algorithm}: the issuer is at its URL", answered == "200 application/pkix-cert"

    def ask(*options, certificate=("-cert", leaf)):
        done = run("openssl", "ocsp", "-issuer", issuer, "-CAfile", root, "-verify_other", subs, "-url", ocsp, *options,
                   *certificate, good=False)
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    def verified(text, word):
        return "Response verify OK" in text and f"{leaf}: {word}" in text and "WARNING" not in text

    def lists():
        answered = fetch(crl, folder / "list.der")
        run("openssl", "crl", "-inform", "DER", "-in", folder / "list.der", "-out", folder / "list.pem")
        number = run("openssl", "crl", "-in", folder / "list.pem", "-noout", "-crlnumber").stdout.decode().strip()
        done = run("openssl", "verify", "-x509_strict", "-crl_check", "-CRLfile", folder / "list.pem", "-CAfile", root,
                   "-untrusted", subs, leaf, good=False)
        return answered, int(number.split("=0x")[-1], 16), done.returncode, done.stderr.decode()

    for digest in ["-sha1", "-sha256"]:
        for nonce in ["-nonce", "-no_nonce"]:
            code, text = ask(digest, nonce)
            good = code == 0 and verified(text, "good")
            if not good:
                print(text)
            yield f"{algorithm}: openssl ocsp {digest} {nonce}: good", good
    code, text = ask("-sha256", certificate=("-serial", "0x4242424242424242"))
    yield f"{algorithm}: a number that was never given: unknown", code == 0 and "unknown" in text and "verify OK" in text

    run("openssl", "ocsp", "-issuer", issuer, "-cert", leaf, "-no_nonce", "-reqout", folder / "request.der")
    path = base64.b64encode((folder / "request.der").read_bytes()).decode()
    for name, form in {"as it is": path, "escaped": path.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D")}.items():
        answered = fetch(f"{ocsp}/{form}", folder / "response.der")
        read = run("openssl", "ocsp", "-respin", folder / "response.der", "-issuer", issuer, "-cert", leaf, "-no_nonce",
                   "-CAfile", root, "-verify_other", subs, good=False)
        text = read.stdout.decode() + read.stderr.decode()
        yield f"{algorithm}: GET {name}", answered == "200 application/ocsp-response" and verified(text, "good")
    yield f"{algorithm}: GET of broken base64: 400", fetch(f"{ocsp}/M=A=!", folder / "x").startswith("400 application/json")
    (folder / "short.der").write_bytes((folder / "request.der").read_bytes()[:-7])
    for what, file in {"truncated": folder / "short.der", "a request for others": other(folder)}.items():
        fetch(ocsp, folder / "x", "--data-binary", f"@{file}", "--header", "Content-Type: application/ocsp-request")
        refused = run("openssl", "ocsp", "-respin", folder / "x", "-noverify", good=False)
        words = "unauthorized" if file.name == "other.der" else "malformedrequest"
        yield f"{algorithm}: {what}: {words}", words in (refused.stdout + refused.stderr).decode().lower()

    answered, before, code, text = lists()
    yield f"{algorithm}: openssl verify -x509_strict -crl_check", answered == "200 application/pkix-crl" and code == 0
    answer = revoke(sandbox, leaf.read_text(encoding="utf-8"), "keyCompromise")
    code, text = ask("-sha256", "-no_nonce")
    good = verified(text, "revoked") and "Reason: keyCompromise" in text
    yield f"{algorithm}: revoking shows in the next answer", answer.status == 200 and good
    _, after, code, text = lists()
    yield f"{algorithm}: and in the list, which has a higher number", code != 0 and "revoked" in text and after > before


def other(folder):
    """A request for a certificate of nobody's CA here."""
    foreign = folder / "foreign.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        folder / "foreign.key", "-subj", "/CN=foreign", "-out", foreign)
    run("openssl", "ocsp", "-issuer", foreign, "-cert", foreign, "-no_nonce", "-reqout", folder / "other.der")
    return folder / "other.der"


report(checks())

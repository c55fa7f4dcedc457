"""Bundles and trust lists, read by other people's programs.

PyJWT and `openssl` verify the signature, Python's zipfile unpacks the archive, `openssl verify` and `curl` do what a station does
with PEM and an entity tag, and the pages docs/how-to/bundles.md and trust.md are run as they stand.

Usage: python3 interop/trust/check.py, after `cargo build -p opnc`. Exits with 1 when anything differs.
"""

import base64
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ["common"]]

import how_to
import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ends import ends
from own_emsp import Emsp, root_body
from report import report, skip
from sandbox import Sandbox

BUNDLE = "/opnc/v1/trust/bundle"


def curl(sandbox, party, query, *options):
    """Status, headers and body, as curl gets them."""
    command = ["curl", "--silent", "--noproxy", "*", "--max-time", "30", "--include", "--header",
               f"Authorization: Bearer {party.token}", *options, f"{sandbox.announced['baseUrl']}{BUNDLE}?{query}"]
    answer = subprocess.run(command, capture_output=True, check=True).stdout
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers, body


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def openssl_verifies(folder, key, text):
    """The signature in the form that openssl wants: DER, over the first two parts."""
    signed, _, signature = text.rpartition(".")
    raw = unpadded(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    files = {"key.pem": key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "signature": der, "signed": signed.encode()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = ["openssl", "dgst", "-sha256", "-verify", folder / "key.pem", "-signature", folder / "signature", folder / "signed"]
    return subprocess.run(command, capture_output=True).returncode == 0


def verify_chain(folder, roots, chain):
    (folder / "roots.pem").write_bytes(roots)
    (folder / "subs.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain[1:]))
    (folder / "leaf.pem").write_bytes(chain[0].public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-no_check_time", "-CAfile", folder / "roots.pem", "-untrusted", folder / "subs.pem", folder / "leaf.pem"]
    return subprocess.run(command, capture_output=True).returncode == 0


def checks():
    for tool in ["curl", "openssl"]:
        if not shutil.which(tool):
            skip("interop/trust", f"no {tool}")
            return
    with tempfile.TemporaryDirectory() as name, Sandbox(pathlib.Path(name) / "data") as sandbox:
        yield from of_sandbox(sandbox, pathlib.Path(name))


def of_sandbox(sandbox, folder):
    cpo = next(party for name, party in sandbox.parties.items() if "CPO" in name)
    admin = next(party for name, party in sandbox.parties.items() if "Operator" in name or "Admin" in name)
    _, keys = sandbox.call("GET", "trust/keys")
    key = jwt.PyJWK.from_dict(keys["keys"][0])
    status, headers, body = curl(sandbox, cpo, "purpose=provisioning&format=jws")
    text = body.decode()
    yield "a signed bundle is served", status == 200 and headers["content-type"] == "application/jose"
    header = jwt.get_unverified_header(text)
    yield "its header has ES256, the key and the type", header == {
        "alg": "ES256", "kid": keys["keys"][0]["kid"], "typ": "opnc-trust-bundle+jws"}
    verified = jwt.api_jws.PyJWS().decode(text, key.key, algorithms=["ES256"])
    document = json.loads(verified)
    yield "PyJWT verifies it", document["purpose"] == "provisioning" and document["roots"] != []
    yield "openssl verifies it", openssl_verifies(folder, key.key, text)
    yield "openssl refuses another text", not openssl_verifies(folder, key.key, "e" + text[2:])

    status, headers, pem = curl(sandbox, cpo, "purpose=provisioning&format=pem")
    pool = x509.load_pem_x509_certificates(pem)
    listed = {base64.b64decode(root["certificate"]) for root in document["roots"]}
    yield "PEM and JSON hold the same roots", {one.public_bytes(Encoding.DER) for one in pool} == listed
    _, chain, _ = sandbox.car(0)
    yield "openssl verify leads a car to them", verify_chain(folder, pem, chain)
    _, _, contract = curl(sandbox, cpo, "purpose=contract&format=pem")
    yield "and not to the roots for contracts", not verify_chain(folder, contract, chain)
    status, _, body = curl(sandbox, cpo, "purpose=provisioning&format=pem", "--header", f"If-None-Match: {headers['etag']}")
    yield "who has it gets 304", (status, body) == (304, b"")
    _, _, archive = curl(sandbox, cpo, "purpose=provisioning", "--header", "Accept: application/zip")
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        unpacked = {files.read(name) for name in files.namelist()}
        yield "Python's zipfile finds nothing wrong, and the same roots", files.testzip() is None and unpacked == listed

    newcomer = Emsp("Newcomer").root.certificate
    status, _ = admin.call("PUT", "rcp/rootcertificates", root_body(newcomer, "OEM"))
    yield "a root is added", status == 200
    _, _, body = curl(sandbox, cpo, f"purpose=provisioning&format=json&since={document['version']}")
    added = [base64.b64decode(root["certificate"]) for root in json.loads(body)["added"]]
    yield "since the version before, it alone is new", added == [newcomer.public_bytes(Encoding.DER)]
    status, _, _ = curl(sandbox, cpo, "purpose=provisioning&format=pem", "--header", f"If-None-Match: {headers['etag']}")
    yield "the tag of before is another one", status == 200

    yield from bundles_with_sub_cas(sandbox, cpo, key, folder)
    yield from filtered(sandbox, admin, cpo)
    yield from ends(sandbox)
    for page in ["bundles.md", "trust.md"]:
        done = how_to.run(page, sandbox, folder)
        if done.returncode:
            print(done.stdout, done.stderr)
        yield f"docs/how-to/{page} runs as it stands", done.returncode == 0


def bundles_with_sub_cas(sandbox, cpo, key, folder):
    _, chain, _ = sandbox.car(0)
    _, _, body = curl(sandbox, cpo, "purpose=provisioning&subCas=true&format=jws")
    document = json.loads(jwt.api_jws.PyJWS().decode(body.decode(), key.key, algorithms=["ES256"]))
    below = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in document["knownSubCas"]]
    yield "a bundle with sub CAs has those of the cars", all(one in below for one in chain[1:])
    roots = b"".join(pem_of(base64.b64decode(root["certificate"])) for root in document["roots"])
    yield "openssl leads a leaf alone to its root with them", verify_chain(folder, roots, [chain[0], *below])
    yield "and not without", not verify_chain(folder, roots, chain[:1])
    status, _, _ = curl(sandbox, cpo, "subCas=true&format=pem")
    yield "they never come in PEM", status == 400


def filtered(sandbox, admin, cpo):
    newcomer = root_body(Emsp("On a list").root.certificate, "eMSP")
    status, _ = admin.call("PUT", "rcp/rootcertificates", {**newcomer, "rootCtlList": ["European CTL"]})
    yield "a root on a list is added", status == 200
    for query, count in [("rootCtlList=EU", 1), ("rootCtlList=European%20CTL&pkiType=eMSP", 1), ("rootCtlList=EU&pkiType=OEM", 0)]:
        status, answer = cpo.call("GET", f"rcp/rootcertificates?{query}")
        yield f"{query} finds {count}", (status, len(answer["rootCertificateCollection"])) == (200, count)
    status, answer = cpo.call("GET", "rcp/rootcertificates?rootCtlList=Europaen")
    yield "a list that nobody knows is a mistake", status == 400 and "European CTL" in str(answer)


def pem_of(der):
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


report(checks())

"""Certificates with an extension that Annex B of ISO 15118-20 does not define: accepted, with a warning to who asks."""

import subprocess

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from own_emsp import root_body
from python_pki import CONTRACT_USAGE, chain_below, issue
from report import BINARIES

# A comment of Netscape's, which openssl has long put into what it issues.
OID = "2.16.840.1.113730.1.13"
UNDEFINED = f"has the extension {OID}, which ISO 15118-20 does not define"


def checks(sandbox, folder):
    comment = x509.UnrecognizedExtension(x509.ObjectIdentifier(OID), b"\x16\x04Made")
    options = {"short_key_ids": True, "curve": ec.SECP521R1}
    root = issue("Odd Root", "MO", path_length="none", more=[comment], **options)
    subs = chain_below(root, "MO", **options)
    leaf = issue("DECCCPYTHON299", "MO", subs[0], usage=CONTRACT_USAGE, more=[comment], **options)

    status, answer = sandbox.parties["Operator"].call("PUT", "rcp/rootcertificates", root_body(root.certificate, "eMSP"))
    warned = [warning for warning in answer.get("warnings", []) if UNDEFINED in warning]
    yield "a root with an extension of its own enters the RCP with a warning", (status, len(warned)) == (200, 1)

    files = {"root.pem": [root], "chain.pem": [leaf, *subs]}
    for name, holders in files.items():
        (folder / name).write_bytes(b"".join(one.certificate.public_bytes(Encoding.PEM) for one in holders))
    command = [BINARIES / "opnc", "cert", "verify", folder / "chain.pem", "--root", folder / "root.pem"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    warned = [line for line in done.stdout.splitlines() if line.startswith("  warning") and UNDEFINED in line]
    yield "opnc cert verify accepts its chain, and warns of leaf and root", (done.returncode, len(warned)) == (0, 2)

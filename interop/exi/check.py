"""Compares our EXI codec with EXIficient on fresh random messages: whole messages, signed fragments, and refusals.

Usage: python3 interop/exi/check.py [--messages N] [--seed SEED], after `cargo build -p opnc-exi --example exi_roundtrip`.
Needs Java and the PyPI package iso15118 0.31.2. Exits with 1 when anything differs.
"""

import argparse
import hashlib
import os
import pathlib
import random
import subprocess
import sys
import xml.etree.ElementTree as ET

from exificient import Codec
from iso15118.shared.messages.enums import Namespace
from random_models import Models
from random_xml import BODY, DSIG, HEAD, TYPE, Messages, text

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("OPNC_BIN", ROOT / "target" / "debug"))
SHARED = pathlib.Path(os.environ.get("OPNC_SHARED", ROOT.parent / "shared"))
SIGNED = [
    "CertificateInstallationReq",
    "CertificateUpdateReq",
    "ContractSignatureCertChain",
    "ContractSignatureEncryptedPrivateKey",
    "DHpublickey",
    "eMAID",
]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--messages", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    arguments = arguments.parse_args()
    print(f"seed {arguments.seed}")
    codec = Codec()
    cases = [from_xml(codec, Messages(random.Random(arguments.seed + i)).message()) for i in range(arguments.messages)]
    cases += [from_models(codec, Models(random.Random(arguments.seed + i))) for i in range(arguments.messages // 2)]
    failures = compare(cases)
    refusals = refused(codec)
    failures += compare_refusals(refusals)
    print(f"{len(cases)} messages with {sum(len(fragments) for _, fragments in cases)} fragments, {len(refusals)} refusals")
    failures += real_digests()
    for failure in failures[:20]:
        print("DIFFERENT", failure)
    print(f"{len(failures)} differences")
    sys.exit(1 if failures else 0)


def from_xml(codec, message):
    """EXIficient's encoding of a message, and of the fragments in it that are signed."""
    fragments = {}
    body = message[1][0]
    names = [body.tag.removeprefix(BODY)] if body.tag.endswith("Req") else SIGNED[2:]
    for element in [body, *body]:
        name = element.tag.removeprefix(BODY)
        if name in names:
            fragments[name] = codec.fragment(xml(element))
    info = message.find(f".//{DSIG}SignedInfo")
    if info is not None:
        fragments["SignedInfo"] = codec.signed_info(xml(info))
    return codec.document(xml(message)), fragments


def from_models(codec, models):
    """The same by the package's own models."""
    message, signed = models.message()
    fragments = {name: codec.package.to_exi(element, space) for name, (element, space) in signed.items()}
    return codec.package.to_exi(message, Namespace.ISO_V2_MSG_DEF), fragments


def compare(cases):
    failures = []
    for number, ((exi, fragments), line) in enumerate(zip(cases, ours(exi for exi, _ in cases), strict=True)):
        if not line.startswith("ok "):
            failures.append(f"message {number}: {line}: {exi.hex()}")
            continue
        _, encoded, *found = line.split(" ")
        if encoded != exi.hex():
            failures.append(f"message {number}: {encoded} is not {exi.hex()}")
        found = dict(fragment.split("=") for fragment in found)
        for name in sorted(fragments.keys() | found.keys()):
            theirs = fragments[name].hex() if name in fragments else None
            if found.get(name) != theirs:
                failures.append(f"message {number}: fragment {name}: {found.get(name)} is not {theirs}")
    return failures


def refused(codec):
    """Messages that we refuse, with a part of the reason: EXIficient shows that each event code has the meaning we give it."""

    def message(kind, change):
        messages = Messages(random.Random(1))
        root = ET.fromstring('<m:V2G_Message xmlns:m="urn:iso:15118:2:2013:MsgDef"><m:Header/><m:Body/></m:V2G_Message>')
        text(root[0], HEAD + "SessionID", "00")
        messages.signature(root[0])
        getattr(messages, kind)(root[1])
        change(root)
        return codec.document(xml(root))

    def inside(name, content):
        def change(root):
            root.find(f".//{DSIG}{name}").append(ET.fromstring(content))

        return message("installation_req", change)

    def words(name):
        def change(root):
            root.find(f".//{DSIG}{name}").text = "words"

        return message("installation_req", change)

    def longer(kind, path, value):
        def change(root):
            root.find(f".//{path}").text = value

        return message(kind, change)

    def again(kind, path, times):
        def change(root):
            parent = root.find(f".//{path}")
            parent.extend([parent[-1]] * (times - len(parent)))

        return message(kind, change)

    def with_transforms(root):
        method = root.find(f".//{DSIG}Reference")
        for element in list(method):
            if element.tag == DSIG + "Transforms":
                method.remove(element)
        transforms = ET.Element(DSIG + "Transforms")
        transform = ET.SubElement(transforms, DSIG + "Transform", {"Algorithm": "urn:x"})
        text(transform, DSIG + "XPath", "/")
        method.insert(0, transforms)

    key_info = f'<d:KeyInfo xmlns:d="{DSIG[1:-1]}"><d:KeyName>k</d:KeyName></d:KeyInfo>'
    anything = '<a:any xmlns:a="urn:a"/>'
    octets = lambda length: "AAAA" * (length // 3) + ["", "AA==", "AAA="][length % 3]
    tables = Messages(random.Random(2)).message()
    other = '<m:V2G_Message xmlns:m="urn:iso:15118:2:2013:MsgDef" xmlns:h="urn:iso:15118:2:2013:MsgHeader" '
    other += 'xmlns:b="urn:iso:15118:2:2013:MsgBody"><m:Header><h:SessionID>00</h:SessionID></m:Header>'
    return [
        ("KeyInfo is not allowed", inside("Signature", key_info)),
        ("Object is not allowed", inside("Signature", f'<d:Object xmlns:d="{DSIG[1:-1]}"/>')),
        ("HMACOutputLength in SignatureMethod is", inside("SignatureMethod", f'<d:HMACOutputLength xmlns:d="{DSIG[1:-1]}">8</d:HMACOutputLength>')),
        ("an element in SignatureMethod is", inside("SignatureMethod", anything)),
        ("text in SignatureMethod is", words("SignatureMethod")),
        ("an element in CanonicalizationMethod is", inside("CanonicalizationMethod", anything)),
        ("text in CanonicalizationMethod is", words("CanonicalizationMethod")),
        ("an element in DigestMethod is", inside("DigestMethod", anything)),
        ("text in DigestMethod is", words("DigestMethod")),
        ("XPath in Transform is", message("installation_req", with_transforms)),
        ("Certificate has length 801", longer("installation_req", BODY + "OEMProvisioningCert", octets(801))),
        ("ContractSignatureEncryptedPrivateKey has length 49", longer("installation_res", BODY + "ContractSignatureEncryptedPrivateKey", octets(49))),
        ("DHpublickey has length 66", longer("installation_res", BODY + "DHpublickey", octets(66))),
        ("eMAID has length 13", longer("update_req", BODY + "eMAID", "DE8AAA1B2C3D4")),
        ("SessionID has length 9", longer("installation_req", HEAD + "SessionID", "00" * 9)),
        ("more than 4 Reference", again("installation_req", DSIG + "SignedInfo", 8)),
        ("deviates from the schema", again("installation_req", BODY + "ListOfRootCertificateIDs", 21)),
        ("string table", codec.document_with_string_tables(xml(tables))),
        ("empty body", codec.document(other + "<m:Body/></m:V2G_Message>")),
        ("the message is SessionStopReq", codec.document(other + "<m:Body><b:SessionStopReq><b:ChargingSession>Terminate</b:ChargingSession></b:SessionStopReq></m:Body></m:V2G_Message>")),
        ("the message is AuthorizationReq", codec.document(other + "<m:Body><b:AuthorizationReq/></m:Body></m:V2G_Message>")),
    ]


def compare_refusals(refusals):
    answers = ours(exi for _, exi in refusals)
    return [
        f"{reason!r} expected: {answer}: {exi.hex()}"
        for (reason, exi), answer in zip(refusals, answers, strict=True)
        if not answer.startswith("error ") or reason not in answer
    ]


def real_digests():
    """The digests of a real message from the field, over the fragments that our codec makes."""
    path = SHARED / "data" / "hubject-qa" / "certificate-installation-res.iso2.exi"
    if not path.exists():
        line = "SKIPPED interop/exi real message: no shared data"
        print(line)
        if "OPNC_SKIPS" in os.environ:
            with open(os.environ["OPNC_SKIPS"], "a", encoding="utf-8") as skips:
                skips.write(line + "\n")
        return []
    [answer] = ours([path.read_bytes()])
    fragments = dict(fragment.split("=") for fragment in answer.split(" ")[2:])
    digests = [hashlib.sha256(bytes.fromhex(fragments[name])).digest() for name in SIGNED[2:]]
    info = bytes.fromhex(fragments["SignedInfo"])
    bits = f"{int.from_bytes(info, 'big'):0{len(info) * 8}b}"
    missing = [name for name, digest in zip(SIGNED[2:], digests) if f"{int.from_bytes(digest, 'big'):0256b}" not in bits]
    print(f"real message: {4 - len(missing)} of 4 digests match")
    return [f"digest of {name} in the real message" for name in missing]


def ours(messages):
    """What our codec says to each message, a line each."""
    program = BINARIES / "examples" / "exi_roundtrip"
    lines = "".join(message.hex() + "\n" for message in messages)
    done = subprocess.run([program], input=lines, capture_output=True, check=True, encoding="utf-8")
    return done.stdout.splitlines()


def xml(element):
    return ET.tostring(element, encoding="unicode")


if __name__ == "__main__":
    main()

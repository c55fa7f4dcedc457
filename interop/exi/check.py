"""Compares our EXI codec with EXIficient on fresh random messages: whole messages, signed fragments, and refusals.

Usage: python3 interop/exi/check.py [--messages N] [--seed SEED], after `cargo build -p opnc-exi --example exi_roundtrip`.
Needs Java and the PyPI package iso15118 0.31.2. N messages of each generation of ISO 15118 are made from XML, and half as
many from the package's models; without N it is 300 messages of -2 and 1,000 of -20. Exits with 1 when anything differs.
"""

import argparse
import hashlib
import pathlib
import random
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import random_models
import random_models20
import random_xml
import random_xml20
import refusals
import refusals20
from exificient import Codec
from iso15118.shared.messages.enums import Namespace
from random_xml import DSIG
from refusals import xml
from report import BINARIES, SHARED, skip

MESSAGES = {"iso2": 200, "iso20": 667}
RESPONSE = ["ContractSignatureCertChain", "ContractSignatureEncryptedPrivateKey", "DHpublickey", "eMAID"]
SIGNED = {
    "iso2": {"CertificateInstallationReq", "CertificateUpdateReq"},
    "iso20": {"OEMProvisioningCertificateChain", "SignedInstallationData"},
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--messages", type=int)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    arguments = arguments.parse_args()
    print(f"seed {arguments.seed}")
    codec = Codec()
    failures = []
    kinds = [
        (codec.iso2, random_xml, random_models, Namespace.ISO_V2_MSG_DEF, refusals),
        (codec.iso20, random_xml20, random_models20, Namespace.ISO_V20_COMMON_MSG, refusals20),
    ]
    for generation, xmls, models, space, refuse in kinds:
        number = arguments.messages or MESSAGES[generation.name]
        seeds = [random.Random(arguments.seed + i) for i in range(number * 3 // 2)]
        cases = [from_xml(codec, generation, xmls.Messages(seed).message()) for seed in seeds[:number]]
        made = [models.Models(seed).message() for seed in seeds[number:]]
        cases += [from_models(codec, message, signed, space) for message, signed in made]
        failures += compare(generation.name, cases)
        failures += read_back(codec, made, [exi for exi, _ in cases[number:]], space)
        refused = refuse.refused(generation)
        failures += compare_refusals(generation.name, refused)
        fragments = sum(len(fragments) for _, fragments in cases)
        print(f"{generation.name}: {len(cases)} messages with {fragments} fragments, {len(refused)} refusals")
    failures += other_generation(codec)
    failures += real_digests()
    for failure in failures[:20]:
        print("DIFFERENT", failure)
    print(f"{len(failures)} differences")
    sys.exit(1 if failures else 0)


def from_xml(codec, generation, message):
    """EXIficient's encoding of a message, and of the fragments in it that are signed."""
    fragments = {}
    for element in message.iter():
        name = element.tag.rpartition("}")[2]
        signed_part = name in RESPONSE and message.find(".//{*}ResponseCode") is not None
        if name in SIGNED[generation.name] or signed_part:
            fragments[name] = generation.fragment(xml(element))
    info = message.find(f".//{DSIG}SignedInfo")
    if info is not None:
        fragments["SignedInfo"] = codec.signed_info(xml(info))
    return generation.document(xml(message)), fragments


def from_models(codec, message, signed, space):
    """The same by the package's own models. A fragment is none where the package cannot make it."""
    fragments = {name: element and codec.package.to_exi(*element) for name, element in signed.items()}
    return codec.package.to_exi(message, space), fragments


def read_back(codec, made, messages, space):
    """The package's reading of messages that our codec writes in the same way."""
    read = (codec.package.from_exi(exi, space) for exi in messages)
    return [
        f"the package reads {exi.hex()} as another"
        for (message, _), exi, back in zip(made, messages, read, strict=True)
        if back != message
    ]


def compare(generation, cases):
    failures = []
    answers = ours(generation, (exi for exi, _ in cases))
    for number, ((exi, fragments), line) in enumerate(zip(cases, answers, strict=True)):
        if not line.startswith("ok "):
            failures.append(f"{generation} message {number}: {line}: {exi.hex()}")
            continue
        _, encoded, *found = line.split(" ")
        if encoded != exi.hex():
            failures.append(f"{generation} message {number}: {encoded} is not {exi.hex()}")
        found = dict(fragment.split("=") for fragment in found)
        for name in sorted(fragments.keys() | found.keys()):
            theirs = fragments[name] if name in fragments else b""
            if theirs is not None and found.get(name) != theirs.hex():
                failures.append(f"{generation} message {number}: fragment {name}: {found.get(name)} is not {theirs.hex()}")
    return failures


def compare_refusals(generation, refusals):
    answers = ours(generation, (exi for _, exi in refusals))
    return [
        f"{generation}: {reason!r} expected: {answer}: {exi.hex()}"
        for (reason, exi), answer in zip(refusals, answers, strict=True)
        if not answer.startswith("error ") or reason not in answer
    ]


def other_generation(codec):
    """Whole messages of one generation, read as ones of the other."""
    iso2 = [codec.iso2.document(xml(random_xml.Messages(random.Random(seed)).message())) for seed in range(20)]
    iso20 = [codec.iso20.document(xml(random_xml20.Messages(random.Random(seed)).message())) for seed in range(20)]
    failures = compare_refusals("iso20", [("this is a message of ISO 15118-2", exi) for exi in iso2])
    return failures + compare_refusals("iso2", [("the root element has event code", exi) for exi in iso20])


def real_digests():
    """The digests of a real message from the field, over the fragments that our codec makes."""
    path = SHARED / "data" / "hubject-qa" / "certificate-installation-res.iso2.exi"
    if not path.exists():
        skip("interop/exi real message", "no shared data")
        return []
    [answer] = ours("iso2", [path.read_bytes()])
    fragments = dict(fragment.split("=") for fragment in answer.split(" ")[2:])
    digests = [hashlib.sha256(bytes.fromhex(fragments[name])).digest() for name in RESPONSE]
    info = bytes.fromhex(fragments["SignedInfo"])
    bits = f"{int.from_bytes(info, 'big'):0{len(info) * 8}b}"
    missing = [name for name, digest in zip(RESPONSE, digests) if f"{int.from_bytes(digest, 'big'):0256b}" not in bits]
    print(f"real message: {4 - len(missing)} of 4 digests match")
    return [f"digest of {name} in the real message" for name in missing]


def ours(generation, messages):
    """What our codec says to each message, a line each."""
    program = BINARIES / "examples" / "exi_roundtrip"
    lines = "".join(f"{generation} {message.hex()}\n" for message in messages)
    done = subprocess.run([program], input=lines, capture_output=True, check=True, encoding="utf-8")
    return done.stdout.splitlines()


if __name__ == "__main__":
    main()

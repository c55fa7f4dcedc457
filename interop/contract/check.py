"""Compares contract data with the car of the PyPI package iso15118, and with an eMSP and CPS written in Python.

There: our signed messages are verified and opened by the functions that the package's car uses. Back: contract data made
with `cryptography` alone, encoded and signed by the package, go through every check of our car. Each way is tried with
something wrong in it, too.

Of ISO 15118-20, which that package does not sign, keys are wrapped and unwrapped and signatures verified by `cryptography`.

Usage: python3 interop/contract/check.py, after `cargo build -p opnc-pki --examples`.
Needs Java and the PyPI package iso15118 0.31.2. Exits with 1 when anything differs.
"""

import json
import logging
import pathlib
import subprocess
import sys
import warnings

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import python_car
import python_emsp
import python_iso20
import python_pki
from python_car import Codec
from report import BINARIES, report

EXAMPLES = BINARIES / "examples"
ROUNDS = 5


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    codec = Codec()
    report([*there(codec), *back(codec), *iso20()])


def there(codec):
    """Our messages, read by the package's car."""
    for number in range(ROUNDS):
        ours = json.loads(run("make_contract"))
        response = bytes.fromhex(ours["response"])
        car, root = ours["car"], bytes.fromhex(ours["v2gRoot"])
        yield f"round {number}: verify_signature accepts our response", python_car.verify(codec, response, root)
        key = python_car.unwrap(codec, response, car["key"])
        yield f"round {number}: decrypt_priv_key gives the contract key", key == ours["contract"]["key"]
        belongs = python_car.public_point(key) == python_car.certificate_point(ours["contract"]["chain"][0])
        yield f"round {number}: the key belongs to the contract certificate", belongs
        request = bytes.fromhex(ours["request"])
        yield f"round {number}: verify_signature accepts our request", python_car.verify_request(codec, request)
        again = codec.encode(codec.decode(response))
        yield f"round {number}: EXIficient writes our response byte for byte", again == response
        other = bytes.fromhex(json.loads(run("make_contract"))["v2gRoot"])
        yield f"round {number}: another V2G root is refused", not python_car.verify(codec, response, other)
        changed = codec.decode(response)
        changed.body.certificate_installation_res.emaid.value = "DEABCC123456788"
        yield f"round {number}: another EMAID is refused", not python_car.verify(codec, codec.encode(changed), root)


def back(codec):
    """Messages of a Python eMSP and CPS, read by our car."""
    for number in range(ROUNDS):
        world = python_emsp.World()
        message = world.message(codec)
        answer = accept(world, message)
        expected = {"emaid": world.emaid, "key": python_pki.scalar(world.contract.key)}
        yield f"round {number}: our car accepts contract data from Python", answer == expected
        wrong = accept(python_emsp.World(), message)
        yield f"round {number}: a car of other roots refuses them", "chain of the CPS" in wrong.get("refused", "")
        swapped = python_emsp.World()
        swapped.wrapped = world.wrapped
        refused = accept(swapped, swapped.message(codec)).get("refused", "")
        yield f"round {number}: a key for another car is refused", refused.startswith("private key: ")
        unlike = python_emsp.World(emaid_in_message="DEXYZC123456789")
        refused = accept(unlike, unlike.message(codec)).get("refused", "")
        yield f"round {number}: another EMAID than in the certificate is refused", refused.startswith("EMAID: ")


def iso20():
    """Key transport and signatures of ISO 15118-20, there and back, in both readings of the associated data."""
    for number in range(ROUNDS):
        for form, other in (python_iso20.FORMS, python_iso20.FORMS[::-1]):
            for algorithm in ("secp521r1", "Ed448"):
                ours = json.loads(run("contract20", arguments=("make", algorithm, form)))
                name = f"round {number}, -20, {form}, {algorithm}"
                yield f"{name}: Python unwraps our key", python_iso20.unwrap(ours, form) == ours["key"]
                yield f"{name}: not in the other form", python_iso20.unwrap(ours, other) is None
                yield f"{name}: Python verifies our signature", python_iso20.signature_holds(ours)
                changed = ours | {"signedInfo": ours["signedInfo"][:-2] + "00"}
                yield f"{name}: not over other bytes", not python_iso20.signature_holds(changed)
            for length in (8, 20):
                theirs = python_iso20.wrapped(form, length)
                name = f"round {number}, -20, {form}, key identifier of {length}"
                opened = json.loads(run("contract20", json.dumps(theirs), ("open", form)))
                yield f"{name}: we unwrap Python's key", opened == {"key": theirs["key"]}
                opened = json.loads(run("contract20", json.dumps(theirs), ("open", other)))
                yield f"{name}: not in the other form", "does not open" in opened.get("refused", "")
                elsewhere = json.dumps(theirs | {"pcid": "WVWPYTHONCAR000019"})
                opened = json.loads(run("contract20", elsewhere, ("open", form)))
                yield f"{name}: not for another car", "does not open" in opened.get("refused", "")


def accept(world, message):
    question = {
        "message": message.hex(),
        "key": python_pki.scalar(world.car.key),
        "v2gRoot": python_pki.der(world.v2g_root).hex(),
        "emspRoot": python_pki.der(world.emsp_root).hex(),
    }
    return json.loads(run("accept_contract", json.dumps(question)))


def run(example, text=None, arguments=()):
    command = [EXAMPLES / example, *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()

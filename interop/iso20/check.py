"""ISO 15118-20 as integrators meet it who have none of our code: the demonstration's messages, and a running sandbox.

An eMSP in Python wraps contract keys with `cryptography` alone and has them signed; a car in Python asks for its contracts
with a message that the PyPI package iso15118 encodes, and checks and opens the answers.

Usage: python3 interop/iso20/check.py, after `cargo build -p opnc`.
Needs Java and the PyPI package iso15118 0.31.2. Exits with 1 when anything differs.
"""

import logging
import pathlib
import sys
import tempfile
import warnings

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import how_to
import own_pki
import refused
import shown
import warned
from cryptography.hazmat.primitives.asymmetric import ec
from exificient import Codec
from own_emsp import Emsp
from report import report
from sandbox import Sandbox


def checks():
    codec = Codec()
    yield from shown.checks(codec)
    with tempfile.TemporaryDirectory() as folder, Sandbox(pathlib.Path(folder) / "sandbox") as sandbox:
        emsp = Emsp("Python", ec.SECP521R1)
        yield from own_pki.checks(sandbox, codec, emsp)
        yield from refused.checks(sandbox, codec, emsp)
        yield from warned.checks(sandbox, pathlib.Path(folder))
        done = how_to.run("iso15118-20.md", sandbox, pathlib.Path(folder))
        good = done.returncode == 0 and done.stdout.count("accepted") == 3
        if not good:
            print(done.stdout, done.stderr)
        yield "docs/how-to/iso15118-20.md does what it says", good


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    report(checks())

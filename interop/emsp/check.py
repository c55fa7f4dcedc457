"""Uses a sandbox as integrators do who have none of our code: an eMSP, a CPO, an OEM and a car in Python, and curl.

Contracts are made with `cryptography` alone, the car's request is encoded and signed by the PyPI package iso15118, and the
answer goes through the functions with which the package's car checks and opens it.

Usage: python3 interop/emsp/check.py, after `cargo build -p opnc`.
Needs Java and the PyPI package iso15118 0.31.2. Exits with 1 when anything differs.
"""

import logging
import pathlib
import sys
import tempfile
import warnings

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import curl
import own_pki
import real_chain
import refused
from own_emsp import Emsp
from python_car import Codec
from report import report
from sandbox import Sandbox


def checks():
    codec = Codec()
    with tempfile.TemporaryDirectory() as folder, Sandbox(pathlib.Path(folder) / "it's a sandbox") as sandbox:
        emsp = Emsp("Python")
        # The first car has no contract yet, and what it gets first stays its default.
        yield from own_pki.checks(sandbox, codec, emsp)
        yield from refused.checks(sandbox, codec, emsp)
        yield from curl.checks(sandbox)
        yield from real_chain.checks(sandbox, codec)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    report(checks())

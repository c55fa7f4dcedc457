"""Enrolment and revocation against other people's code: `curl` is the EST client, `openssl` makes the requests and reads,
verifies and uses what comes back. Python has no cryptography of its own here.
"""

import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "common"), str(HERE.parent / "emsp")]

import consequences
import forms
import handshake
import hostile
import keys
import manual
import own_ca
import revocation
from report import report, skip
from sandbox import Sandbox


def checks():
    for tool in ["curl", "openssl"]:
        if not shutil.which(tool):
            skip("interop/est", f"no {tool}")
            return
    with tempfile.TemporaryDirectory() as folder, Sandbox(pathlib.Path(folder) / "data") as sandbox:
        work = pathlib.Path(folder)
        yield from forms.checks(sandbox, work)
        yield from keys.checks(sandbox, work)
        yield from handshake.checks(sandbox, work)
        yield from hostile.checks(sandbox, work)
        yield from revocation.checks(sandbox, work)
        yield from consequences.checks(sandbox, work)
        yield from own_ca.checks(sandbox, work)
        yield from manual.checks(sandbox, work)


report(checks())

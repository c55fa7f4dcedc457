"""What the checks have in common: where things are, what passed, what was skipped."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("OPNC_BIN", ROOT / "target" / "debug"))
SHARED = pathlib.Path(os.environ.get("OPNC_SHARED", ROOT.parent / "shared"))


def report(checks):
    """Prints a line for each (name, whether it passed) as it comes, and exits: 0 when all passed."""
    failed = 0
    for name, good in checks:
        print("ok  " if good else "FAIL", name, flush=True)
        failed += not good
    print(f"{failed} failed")
    sys.exit(1 if failed else 0)


def skip(name, reason):
    line = f"SKIPPED {name}: {reason}"
    print(line)
    if "OPNC_SKIPS" in os.environ:
        with open(os.environ["OPNC_SKIPS"], "a", encoding="utf-8") as skips:
            skips.write(line + "\n")

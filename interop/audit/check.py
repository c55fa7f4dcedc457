"""Verify an exported audit log by its documentation alone, and see tampering found.

Starts a sandbox for its rows, exports them in both forms, and walks the chain with hashlib. Then changes the database with
Python's sqlite3 and expects `opnc audit verify` to name the row.
"""

import csv
import hashlib
import io
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("common", "emsp")]

from report import BINARIES, report  # noqa: E402
from sandbox import Sandbox  # noqa: E402

FIELDS = ["seq", "id", "atMicroseconds", "partyId", "actor", "operation", "outcome", "subject", "traceId"]


def opnc(folder, *arguments):
    command = [BINARIES / "opnc", *arguments, "--data", folder]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


def holds(rows):
    """Whether the rows are a chain from its first row on."""
    before, expected = "00" * 32, 1
    for row in rows:
        data = bytes.fromhex(before)
        for name in FIELDS:
            value = str("" if row[name] is None else row[name]).encode()
            data += b"%d:%s," % (len(value), value)
        if row["previousHash"] != before or int(row["seq"]) != expected:
            return False
        if hashlib.sha256(data).hexdigest() != row["hash"]:
            return False
        before, expected = row["hash"], expected + 1
    return expected > 1


def checks(folder):
    with Sandbox(folder):
        pass
    exported = opnc(folder, "audit", "export").stdout
    rows = [json.loads(line) for line in exported.splitlines()]
    yield f"{len(rows)} rows of a JSON export are a chain", holds(rows)
    table = list(csv.DictReader(io.StringIO(opnc(folder, "audit", "export", "--format", "csv").stdout, newline="")))
    yield "so are those of a CSV export", holds(table) and len(table) == len(rows)
    changed = [dict(row) for row in rows]
    changed[-1]["operation"] = "Nothing"
    yield "a changed row is noticed here", not holds(changed)
    verified = opnc(folder, "audit", "verify")
    yield "the program agrees", verified.returncode == 0 and "holds" in verified.stdout
    head = f"{rows[-1]['seq']}:{rows[-1]['hash']}"
    yield "the head is the last row of the export", f"head {head}" in verified.stdout
    yield "a head from elsewhere is compared", opnc(folder, "audit", "verify", "--expect", head).returncode == 0
    other = f"{rows[-1]['seq']}:{'00' * 32}"
    yield "another head is refused", opnc(folder, "audit", "verify", "--expect", other).returncode == 1
    [database] = folder.glob("*.sqlite")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE audit SET operation = 'Nothing' WHERE seq = 2")
    verified = opnc(folder, "audit", "verify")
    yield "the program names the changed row", verified.returncode == 1 and "row 2" in verified.stdout


with tempfile.TemporaryDirectory() as folder:
    report(checks(pathlib.Path(folder)))

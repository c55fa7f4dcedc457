"""The manual of an operator, run word for word: install, configure, parties, roots, backup before a new version.

An ecosystem is made and served as docs/how-to/install.md says; then the commands of the other pages are given there by a shell,
with files that openssl has made. What a page leaves to the reader (the address, the secret that was shown) is filled in here.

Usage: python3 interop/operator/check.py, after `cargo build -p opnc`. Exits with 1 when anything differs.
"""

import json
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ["common"]]

import how_to
from report import report, skip
from service import Service, opnc

ROOT_OF = """
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN={name}/O={name}/DC={domain}' \\
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -keyout {file}.key -out {file}
"""


def checks():
    for tool in ["curl", "openssl"]:
        if not shutil.which(tool):
            skip("interop/operator", f"no {tool}")
            return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        yield from served(folder)
        yield from printed_for_programs(folder)


def served(folder):
    with Service(folder) as service:
        prepared = ROOT_OF.format(name="Car Maker", domain="OEM", file="oem-root.pem")
        prepared += ROOT_OF.format(name="Own PKI", domain="MO", file="root.pem")
        prepared += "opnc rcp add root.pem --type eMSP --type V2G --fingerprint " \
            "$(openssl x509 -in root.pem -outform DER | sha256sum | cut -d' ' -f1)\n"
        yield "roots are made", runs(prepared, folder)
        admin = json.loads(opnc("party", "add", "Reader", "--role", "admin", "--output", "json", "--config", service.config).stdout)
        given = f"base={service.url}\nid={admin['clientId']}\nsecret={admin['clientSecret']}\n"
        yield "docs/how-to/roots.md", runs(given + script("roots.md"), folder)
        parties = script("parties.md").replace("https://opnc.example", service.url)
        parties = parties.replace("CLIENT_ID:CLIENT_SECRET", '"$id:$secret"')
        yield "docs/how-to/parties.md", runs(given + parties, folder)
        yield "docs/how-to/configure.md", runs(script("configure.md"), folder)
        [upgrade] = [block for block in how_to.blocks("install.md") if "migrate status" in block]
        yield "docs/how-to/install.md, a new version", runs(upgrade, folder)


def printed_for_programs(folder):
    """What says in words what it has done says it to programs as well."""
    config = ["--config", folder / "opnc.toml", "--output", "json"]
    read = lambda *verb: json.loads(opnc(*verb, *config).stdout)
    yield "config check", read("config", "check")["usable"] is True
    yield "migrate up", read("migrate", "up") == {"applied": []}
    made = read("backup", folder / "copy.db", "--with-keys")
    yield "backup", made["bytes"] == (folder / "copy.db").stat().st_size and pathlib.Path(made["keys"]).is_dir()


def script(page):
    return "\n".join(how_to.blocks(page))


def runs(text, folder):
    done = how_to.shell(text, folder)
    if done.returncode:
        print(done.stdout, re.sub(r"secret=\S+", "", done.stderr))
    return done.returncode == 0


report(checks())

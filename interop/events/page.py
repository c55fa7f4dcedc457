"""docs/how-to/events.md, word for word: its commands by a shell, its Python, its example and its tables beside what is sent."""

import datetime
import hashlib
import hmac
import json
import re
import subprocess
import time

import how_to
from receiver import Receiver
from report import BINARIES, ROOT
from sandbox import Sandbox

PAGE = (ROOT / "docs/how-to/events.md").read_text(encoding="utf-8")
RECEIVER = "https://receiver.example/opnc"


def contract(emaid, pcid):
    return {
        "emaid": emaid,
        "pcid": pcid,
        "xsdMsgDefNamespace": "urn:iso:15118:2:2013:MsgDef",
        "contractBegins": "2026-11-01T00:00:00Z",
        "contractEnds": "2028-01-01T00:00:00Z",
    }


def checks(folder):
    with Sandbox(folder) as sandbox:
        pcid, _, _ = sandbox.car(0)
        oem = next(party for party in sandbox.announced["parties"] if pcid[:3] in party["ids"])
        subscribe, look, rotate, remove = how_to.blocks("events.md")
        at_oem = Receiver()
        shell = Shell(sandbox, folder, oem, at_oem)
        yield "an endpoint is made by the page's words", shell.runs(subscribe)
        secret = json.loads((shell.home / "endpoint.json").read_text())["secret"]
        yield "it is read and changed", shell.runs(look)
        emsp = sandbox.parties["eMSP D"]
        status, _ = emsp.call("PUT", "cps/contractData/generateandsign", contract("DEDDD0PAGE0001", pcid))
        yield f"a contract is made: {status}", status in (200, 201)
        [(headers, body)] = at_oem.wait_until(len, 10) or [({}, b"{}")]
        yield "the page's Python believes it", python(headers, body, secret)["eventType"] == "oem.contract.created"
        yield "and not what was changed on the way", not believed(headers, body + b" ", secret)
        yield "the example has what comes", members(example()) == members(json.loads(body))
        yield "the secret is changed", shell.runs(rotate)
        for verb in verbs(json.loads(body)["eventId"], shell.home, sandbox):
            yield " ".join(verb[:3]), opnc(*verb, "--data", sandbox.folder) == 0
        # Once more, and the test: both come with both signatures.
        later = at_oem.wait_until(lambda received: len(received) > 2, 10)[1:]
        both = [h for h, b in later if hmac.compare_digest(h["payload-signature-previous"], digest(b, secret))]
        yield f"the secret of before signs too: {len(both)}", len(both) == len(later) >= 2
        yield "the endpoint is removed", shell.runs(remove)
        yield from names(sandbox, oem)


class Shell:
    """Runs blocks; what one sets, the next one uses."""

    def __init__(self, sandbox, folder, party, receiver):
        self.home = folder / "page"
        self.home.mkdir()
        self.before = f"CLIENT_ID='{party['clientId']}'\nCLIENT_SECRET='{party['clientSecret']}'\n"
        self.replace = [("http://127.0.0.1:8090", sandbox.announced["baseUrl"]), (RECEIVER, receiver.url)]

    def runs(self, block):
        """Runs a block behind those before it; whether each of its commands did what it should."""
        for old, new in self.replace:
            block = block.replace(old, new)
        done = how_to.shell(self.before + block, self.home)
        if done.returncode:
            print(done.stdout, done.stderr)
        # What it has set, without doing anything again.
        self.before += "".join(re.findall(r"^[A-Z]+=.*(?:\n    .*)*\n", block, flags=re.MULTILINE))
        return done.returncode == 0


def blocks(language):
    """The blocks of a language, in order; those of none are what is typed."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
    return [text for marked, text in found if marked == language]


def python(headers, body, secret):
    """What the Python of the page makes of a delivery."""
    names = {"hmac": hmac, "hashlib": hashlib, "json": json, "datetime": datetime, "time": time}
    exec(blocks("python")[0], names)
    return names["verify"](headers, body, secret)


def believed(headers, body, secret):
    try:
        python(headers, body, secret)
    except ValueError:
        return False
    return True


def digest(body, secret):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def example():
    return json.loads(blocks("json")[0])


def members(event):
    return sorted(event), sorted(event["payload"])


def verbs(event, home, sandbox):
    """The verbs of "See and repair"; resume and the like are for an endpoint that is there."""
    [block] = blocks("")
    endpoint = json.loads((home / "endpoint.json").read_text())["id"]
    for line in block.strip().splitlines():
        words = re.split(r"  +", line)[0].split()
        yield [event if word == "EVENT" else endpoint if word == "ENDPOINT" else word for word in words[1:]]


def opnc(*arguments):
    done = subprocess.run([BINARIES / "opnc", *arguments], capture_output=True, text=True, timeout=30)
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode


def names(sandbox, oem):
    """Every name of the table is an event, under each spelling that the page promises."""
    rows = re.findall(r"^\| (`[a-z.`, ]+`) \| [^|]+ \| [^|]+ \|$", PAGE, flags=re.MULTILINE)
    all_names = [name for row in rows for name in re.findall(r"`([a-z.]+)`", row)]
    all_names += [name.replace("emsp.", "mo.", 1) for name in all_names if name.startswith("emsp.")]
    all_names.append("emsp.prov.cert.updated.factory.reset")
    status, said = sandbox.parties[oem["name"]].call(
        "POST", "event/endpoints", {"url": "http://127.0.0.1:9/", "enabledEvents": all_names}
    )
    yield f"all {len(all_names)} names can be subscribed to: {status}", status in (200, 201) or print(said)
    yield "they are all there are", len(rows) >= 8 and len(all_names) > 20

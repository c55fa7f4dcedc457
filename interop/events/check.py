"""Events as partners get them: subscribed to by curl, caused by curl, received by Python, verified by Python and openssl;
and thousands of them while a worker is killed."""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import killed  # noqa: E402
import page  # noqa: E402
from page import contract  # noqa: E402
from receiver import Receiver, verify  # noqa: E402
from report import BINARIES, report  # noqa: E402
from sandbox import Sandbox  # noqa: E402

OEM_EVENTS = ["oem.contract.created", "oem.contract.updated", "oem.contract.deleted"]
STORY = ["emsp.contract.created.sent.to.oem", "emsp.contract.updated.sent.to.oem"]


def curl(party, method, path, body=None):
    """Status and JSON of an answer to curl."""
    command = ["curl", "--silent", "--noproxy", "*", "--max-time", "20", "--write-out", "\n%{http_code}"]
    command += ["--request", method, "--header", f"Authorization: Bearer {party.token}"]
    if body is not None:
        command += ["--header", "Content-Type: application/json", "--data", json.dumps(body)]
    url = f"{party.sandbox.announced['baseUrl']}/opnc/v1/{path}"
    text, _, status = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout.rpartition("\n")
    return int(status), json.loads(text) if text else None


def by_openssl(body, secret):
    """What openssl makes of the body."""
    command = ["openssl", "dgst", "-sha256", "-hmac", secret]
    return subprocess.run(command, input=body, capture_output=True, check=True).stdout.decode().split("= ")[1].strip()


def opnc(sandbox, *arguments):
    command = [BINARIES / "opnc", *arguments, "--data", sandbox.folder]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def sandboxed(folder):
    at_oem, at_emsp = Receiver(), Receiver()
    with Sandbox(folder) as sandbox:
        pcid, _, _ = sandbox.car(0)
        owner = next(party for party in sandbox.announced["parties"] if pcid[:3] in party["ids"])
        oem, emsp = sandbox.parties[owner["name"]], sandbox.parties["eMSP D"]
        status, endpoint = curl(oem, "POST", "event/endpoints", {"url": at_oem.url, "enabledEvents": OEM_EVENTS})
        yield f"an OEM subscribes by curl: {status}", status in (200, 201)
        status, _ = curl(emsp, "POST", "event/endpoints", {"url": at_emsp.url, "enabledEvents": STORY})
        yield f"an eMSP subscribes to what becomes of it: {status}", status in (200, 201)
        order = contract("DEDDD0EVENT001", pcid)
        status, answer = curl(emsp, "PUT", "cps/contractData/generateandsign", order)
        yield f"the eMSP has a contract made: {status}", status in (200, 201) or print(answer)
        [(headers, body)] = at_oem.wait_until(len, 10) or [({}, b"{}")]
        event = verify(headers, body, endpoint["secret"])
        yield f"the OEM hears of it: {event['eventType']}", event["eventType"] == OEM_EVENTS[0]
        yield "it is about that contract", event["payload"]["pcid"] == pcid
        signature = by_openssl(body, endpoint["secret"])
        yield "openssl makes the signature of payload-signature", headers["payload-signature"] == signature
        yield "and that of X-Operator-Signature", headers["x-operator-signature"] == f"sha256={signature}"
        yield "not with another secret", by_openssl(body, "another") != signature
        yield "nor with another body", by_openssl(body + b" ", endpoint["secret"]) != signature
        told = [json.loads(body)["eventType"] for _, body in at_emsp.wait_until(len, 10)]
        yield f"the eMSP hears that the OEM knows: {told}", told == STORY[:1]
        yield from operated(sandbox, at_oem, event)


def operated(sandbox, at_oem, event):
    """What the operator sees of it, and does."""
    listed = json.loads(opnc(sandbox, "events", "list", "--event", event["eventId"], "--output", "json"))
    outcome = [(one["state"], one["attempts"], one["lastStatus"]) for one in listed]
    yield f"the log has it: {outcome}", outcome == [("delivered", 1, 200)]
    shown = json.loads(opnc(sandbox, "events", "show", event["eventId"], "--output", "json"))
    yield "show tells the same", shown["deliveries"] == listed
    said = opnc(sandbox, "events", "replay", "--event", event["eventId"])
    again = at_oem.wait_until(lambda received: len(received) > 1, 10)
    yield f"it is sent once more: {said.strip()}", json.loads(again[-1][1])["eventId"] == event["eventId"]
    [endpoint] = {one["endpointId"] for one in listed}
    opnc(sandbox, "events", "test", endpoint)
    tested = at_oem.wait_until(lambda received: len(received) > 2, 10)
    yield "a test event arrives", json.loads(tested[-1][1])["eventType"] == "endpoint.test"
    states = {one["state"] for one in json.loads(opnc(sandbox, "events", "endpoints", "--output", "json"))}
    yield f"the endpoints are {states}", states == {"well"}


def checks():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, check in [("sandbox", sandboxed), ("page", page.checks), ("sqlite", killed.on_sqlite), ("postgres", killed.on_postgres)]:
            (folder / name).mkdir()
            yield from check(folder / name)


report(checks())

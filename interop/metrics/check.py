"""What an operator watches, on the program as it is run: figures, readiness, and what a SIGHUP changes.

The figures are read by the parser of the PyPI package prometheus_client, certificates by openssl.
"""

import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from prometheus_client.parser import text_string_to_metric_families  # noqa: E402
from report import report  # noqa: E402
from service import Service, free_port, send  # noqa: E402

ROOTS = "/opnc/v1/rcp/rootcertificates"
PCID = "WAASECRET00000001"
EMAID = "DEAAASECRET001"
# All that a label may be named. A new one has to be thought about.
LABELS = {
    "operation",
    "status",
    "le",
    "transaction",
    "outcome",
    "work",
    "pool",
    "state",
    "profile",
    "days",
    "authority",
    "version",
}


def scrape(admin):
    """Every sample: (name, its labels) and value."""
    status, text = send(urllib.request.Request(admin + "/metrics"))
    assert status == 200, text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def value(samples, name, **labels):
    return samples.get((name, frozenset(labels.items())), 0)


def ask(database, statement):
    connection = sqlite3.connect(database, timeout=10)
    try:
        with connection:
            return connection.execute(statement).fetchall()
    finally:
        connection.close()


def figures(service, admin):
    oem = service.party("OEM Secret", "oem", "--wmi", "WAA")
    emsp = service.party("Provider Secret", "emspNoPki", "--provider-id", "DEAAA")
    bearer = [{"Authorization": f"Bearer {service.token(party)}"} for party in (oem, emsp)]
    before = scrape(admin)
    calls = [
        (2, "GET", ROOTS, bearer[0], "GetRootCertificates", 200),
        (3, "GET", f"/opnc/v1/pcp/lookupvehicle/{PCID}?x=hidden", bearer[0], "LookUpVehicle", 404),
        (1, "GET", f"/opnc/v1/ccp/contractData/emaid/{EMAID}", bearer[1], None, None),
        (1, "GET", ROOTS, {}, "GetRootCertificates", 401),
        (1, "GET", f"/{PCID}/{EMAID}", {}, "none", 404),
    ]
    for times, method, path, headers, _, expected in calls:
        answers = {service.call(method, path, None, headers)[0] for _ in range(times)}
        assert expected is None or answers == {expected}, (path, answers)
    after = scrape(admin)
    for times, _, _, _, operation, status in calls:
        if operation:
            labels = {"operation": operation, "status": str(status)}
            moved = value(after, "opnc_requests_total", **labels) - value(before, "opnc_requests_total", **labels)
            yield f"{operation} with {status}: moved by {times}", moved == times
    name = "opnc_request_duration_seconds"
    looked_up = ("operation", "LookUpVehicle")
    buckets = [sample for sample in after if sample[0] == f"{name}_bucket" and looked_up in sample[1]]
    count = value(after, f"{name}_count", operation="LookUpVehicle")
    yield "durations are a histogram that counts the same", count == 3 and max(after[one] for one in buckets) == 3
    [database] = service.folder.glob("*.db")
    # What is behind the last one that is addressed waits, and what has no time at all.
    behind = "id > (SELECT value FROM settings WHERE key = 'addressed_event') AND attempts = 0"
    waiting = ask(database, f"SELECT count(*) FROM outbox WHERE done_at IS NULL OR {behind}")[0][0]
    yield f"as many events wait as sqlite3 sees ({waiting})", value(after, "opnc_outbox_waiting") == waiting > 0
    ends = {dict(labels)["authority"] for sample, labels in after if sample == "opnc_authority_remaining_seconds"}
    yield f"our own authorities have their time ({', '.join(sorted(ends))})", len(ends) >= 3
    names = {label for _, labels in after for label, _ in labels}
    yield f"labels are known ones, not {names - LABELS}", names <= LABELS
    text = repr(sorted(map(str, after)))
    secrets = [PCID, EMAID, "hidden", "Secret", oem["clientId"], oem["id"], emsp["clientSecret"], "127.0.0.1"]
    told = [secret for secret in secrets if secret.lower() in text.lower()]
    yield f"no label tells a car, contract, party or address ({told})", not told


def log_level(service):
    def lines():
        return (service.folder / "log").read_text(encoding="utf-8").splitlines()

    service.call("GET", "/nothing")
    before = len(lines())
    service.configure(lambda text: text.replace('log = "info"', 'log = "error"'))
    said = service.hang_up()
    yield f"a SIGHUP reads the level again: {said[0].strip()}", said[0] == "Read again: log level.\n"
    quiet = len(lines())
    for _ in range(5):
        service.call("GET", "/nothing")
    yield f"errors alone are logged ({before} lines, then {len(lines()) - quiet})", before > 0 and len(lines()) == quiet
    service.configure(lambda text: text.replace('log = "error"', 'log = "info"'))
    service.hang_up()
    service.call("GET", "/nothing")
    yield "and all of it again", '"status":404' in lines()[-1] and json.loads(lines()[-1])["route"] == "none"


def readiness(service, admin):
    def ready():
        status, text = send(urllib.request.Request(admin + "/readyz"))
        return status, json.loads(text)

    status, body = ready()
    yield f"ready: {body}", status == 200
    [database] = service.folder.glob("*.db")
    for table in ("outbox", "settings"):
        ask(database, f"ALTER TABLE {table} RENAME TO gone")
        status, body = ready()
        yield f"without the table {table} not ready: {body.get('errorMessages')}", status == 503 and body["errorMessages"]
        ask(database, f"ALTER TABLE gone RENAME TO {table}")
        yield "ready again", ready()[0] == 200
    ask(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    database.write_bytes(b"no database" * 100_000)
    status, body = ready()
    yield f"without a database not ready: {body.get('errorMessages')}", status == 503 and body["errorMessages"]
    yield "alive all the same", send(urllib.request.Request(admin + "/livez"))[0] == 200


def certificate(folder, name):
    """A certificate as docs/how-to/tls.md makes it; its fingerprint."""
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout server.key -out server.pem"
        f" -subj /CN={name} -addext subjectAltName=DNS:localhost,IP:127.0.0.1",
        shell=True,
        check=True,
        cwd=folder,
        capture_output=True,
    )
    return fingerprint((folder / "server.pem").read_bytes())


def fingerprint(pem):
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256"]
    return subprocess.run(command, input=pem, capture_output=True, check=True).stdout


def shown(service):
    """What openssl sees of the server's certificate."""
    command = ["openssl", "s_client", "-connect", service.address, "-tls1_3", "-alpn", "h2"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    return fingerprint(done.stdout)


def certificates(folder):
    settings = {"tls": 'certificate_file = "server.pem"\nkey_file = "server.key"'}
    service = Service(folder, settings)
    first = certificate(folder, "first")
    with service:
        yield "openssl sees the certificate", shown(service) == first
        second = certificate(folder, "second")
        yield "a new file changes nothing yet", shown(service) == first
        said = service.hang_up(2)
        yield f"SIGHUP: {said[1].strip()}", said[1] == "Read again: certificates.\n"
        yield "openssl sees the new certificate", shown(service) == second != first
        (folder / "server.pem").write_text("no certificate")
        said = service.hang_up(2)
        yield f"a broken file: {said[1].strip()}", said[1].startswith("Not read again, as before: certificates:")
        yield "openssl sees the one before", shown(service) == second


def checks(folder):
    port = free_port()
    admin = f"http://127.0.0.1:{port}"
    with Service(folder / "one", {"admin": f'listen = "127.0.0.1:{port}"', "events": "deliver = false"}) as service:
        yield from figures(service, admin)
        yield from log_level(service)
        yield from readiness(service, admin)
    yield from certificates(folder / "two")


with tempfile.TemporaryDirectory() as folder:
    for name in ("one", "two"):
        (pathlib.Path(folder) / name).mkdir()
    report(checks(pathlib.Path(folder)))

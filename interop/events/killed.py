"""Thousands of deliveries, and a worker that is killed in the middle of them: on SQLite it is started again, on PostgreSQL
another process goes on. Everything arrives, nothing under another id, and each contract's events in their order."""

import json
import os
import signal
import sqlite3
import subprocess
import time
import uuid

from receiver import Receiver
from report import BINARIES, skip
from service import Service, free_port

CONTRACTS = 2000
# Of each contract, in this order.
STORY = ["contract.created", "contract.updated", "contract.updated", "contract.updated", "contract.deleted"]
NUMBER = CONTRACTS * len(STORY)
NAMES = ["oem.contract.created", "oem.contract.updated", "oem.contract.deleted"]
# Leases end soon, so that what the killed process held is taken over soon; and what a busy machine answered too late is
# tried again soon.
EVENTS = 'allow_http = true\ntimeout = "1s"\nretry_interval = "1s"\nretries = 20'
SETTINGS = {"events": EVENTS, "outbound": 'allow = ["127.0.0.1"]'}


def events():
    """Rows of the outbox, as thousands of contracts would have left them."""
    first = int(time.time() * 1000) << 80 | 7 << 76 | 2 << 62
    now = int(time.time() * 1_000_000)
    for number in range(NUMBER):
        contract, step = number % CONTRACTS, number // CONTRACTS
        facts = {"emaid": f"DEDDD{contract:09}", "pcid": "WAA00000000000001", "iso15118": "2"}
        yield str(uuid.UUID(int=first + number)), STORY[step], json.dumps(facts), str(uuid.UUID(int=number)), now


def subscribed(service, receiver):
    """An OEM whose endpoint the receiver is."""
    token = service.token(service.party("Car Maker", "oem", "--wmi", "WAA"))
    body = json.dumps({"url": receiver.url, "enabledEvents": NAMES}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    status, answer = service.call("POST", "/opnc/v1/event/endpoints", body, headers)
    assert status in (200, 201), answer


def judged(engine, service, receiver, sent):
    got = receiver.wait_until(All(), 120)
    bodies = [json.loads(body) for _, body in got]
    arrived = [body["eventId"] for body in bodies]
    yield f"{engine}: all {NUMBER} arrive ({len(set(arrived))}, {len(arrived) - len(set(arrived))} of them twice)", (
        set(arrived) == sent or print(service.opnc("events", "list", "--state", "waiting").stdout)
    )
    order, last = True, {}
    for body in bodies:
        contract = body["payload"]["emaid"]
        order = order and last.get(contract, "") <= body["eventId"]
        last[contract] = body["eventId"]
    yield f"{engine}: the events of each contract come in their order", order
    told = {(body["eventId"], body["payload"]["emaid"], body["eventType"]) for body in bodies}
    yield f"{engine}: none comes twice under another id", len(told) == NUMBER


class All:
    """Whether every event has come: each body is read once, or the reading would hold up the receiver."""

    def __init__(self):
        self.read, self.events = 0, set()

    def __call__(self, received):
        self.events.update(json.loads(body)["eventId"] for _, body in received[self.read :])
        self.read = len(received)
        return len(self.events) == NUMBER


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def on_sqlite(folder):
    receiver, service = Receiver(), Service(folder, SETTINGS)
    with service:
        subscribed(service, receiver)
        rows = list(events())
        with sqlite3.connect(folder / "opnc.db", timeout=20) as database:
            database.executemany(
                "INSERT INTO outbox (id, kind, payload, trace_id, created_at, attempts) VALUES (?, ?, ?, ?, ?, 0)", rows
            )
        database.close()
        before = len(receiver.wait_until(lambda received: len(received) >= NUMBER // 3, 20))
        kill(service.process)
        yield f"SQLite: killed when {before} had arrived", NUMBER // 3 <= before < NUMBER
    with service:
        yield from judged("SQLite", service, receiver, {row[0] for row in rows})


def on_postgres(folder):
    server = os.environ.get("OPNC_TEST_POSTGRES")
    if not server:
        skip("events of two processes on PostgreSQL", "no PostgreSQL")
        return
    name = f"events_{os.getpid()}"
    psql(server, f"CREATE DATABASE {name}")
    url = server.replace("/postgres?", f"/{name}?")
    try:
        yield from two_processes(folder, url)
    finally:
        psql(server, f"DROP DATABASE {name} WITH (FORCE)")


def two_processes(folder, url):
    receiver, service = Receiver(), Service(folder, SETTINGS, database=url)
    with service:
        subscribed(service, receiver)
        command = ["serve", "--config", service.config, "--listen", f"127.0.0.1:{free_port()}"]
        with open(folder / "second.log", "wb") as log:
            second = subprocess.Popen([BINARIES / "opnc", *command], stdout=subprocess.PIPE, stderr=log, encoding="utf-8")
        try:
            assert second.stdout.readline().startswith("opnc is ready")
            rows = list(events())
            lines = "\n".join("\t".join(map(str, (*row, 0))) for row in rows)
            psql(url, "COPY outbox (id, kind, payload, trace_id, created_at, attempts) FROM STDIN", f"{lines}\n\\.\n")
            before = len(receiver.wait_until(lambda received: len(received) >= NUMBER // 3, 20))
            kill(service.process)
            yield f"PostgreSQL: one of two was killed when {before} had arrived", NUMBER // 3 <= before < NUMBER
            yield from judged("PostgreSQL", service, receiver, {row[0] for row in rows})
        finally:
            second.terminate()
            second.wait(30)
            second.stdout.close()


def psql(url, command, data=""):
    subprocess.run(["psql", "--quiet", "-v", "ON_ERROR_STOP=1", url, "-c", command], input=data, text=True, check=True)

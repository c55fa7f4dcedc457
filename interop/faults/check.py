"""What goes wrong around a running service, on the program as it is run: its process is killed under load, it is one of two,
its PostgreSQL stops and starts, its disk is full. After each of them everything that was answered is there, nothing is there
by halves, and the audit log holds.

Usage: python3 interop/faults/check.py, after `cargo build -p opnc`. OPNC_TEST_POSTGRES is the URL of a PostgreSQL server on
which databases may be made; the disk that is full needs the right to mount. OPNC_FAULTS_SEED repeats a run, as far as
threads can be repeated; OPNC_FAULTS_SECONDS is how long processes are killed on each engine, at most. Exits with 1 when
anything differs.
"""

import contextlib
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from databases import Cluster, Postgres, Sqlite, programs  # noqa: E402
from ecosystem import CARS, CONTRACTS, GENERATE, Connection, Ecosystem  # noqa: E402
from load import Load  # noqa: E402
from report import report, skip  # noqa: E402
from service import free_port, opnc, send  # noqa: E402

KILLS = 100
# For the kills on one engine. A machine on which nothing else runs is ready again after a tenth of a second and needs a
# quarter of this for all; where others keep it busy, so that half of the restarts take longer than SLOW, a few will do.
SECONDS = int(os.environ.get("OPNC_FAULTS_SECONDS", "90"))
SLOW = 0.3
FEW = 5
SERVER = os.environ.get("OPNC_TEST_POSTGRES")
# What a caller is told while the database is away or its disk is full.
UNABLE = {503}
# What parties change is followed within so many seconds, on a slow machine too.
FOLLOWED = 5
# /readyz is answered within two seconds; the rest is for a slow machine.
READY = 3


def killed(ecosystem, seed):
    """SIGKILL at a random moment under load, and what the next process finds."""
    engine = ecosystem.database.name
    dice, [node] = random.Random(f"{seed} {engine}"), ecosystem.nodes
    lost, restarts, broken, kills = [], [], 0, 0
    begin = time.monotonic()
    with Load(ecosystem, seed, 1200) as load:
        while kills < KILLS and time.monotonic() - begin < SECONDS:
            known = len(load.cars)
            load.begin()
            # Early, so that one kill follows the other; every fourth time later, so that contracts are under way.
            load.wait(dice.randint(8, 30) if kills % 4 == 3 else dice.randint(0, 6))
            time.sleep(dice.uniform(0, 0.020))
            node.kill()
            load.pause()
            kills += 1
            restart = time.monotonic()
            node.start()
            restarts.append(time.monotonic() - restart)
            lost += load.lost(load.cars[known:])
            broken += kills % 10 == 0 and not ecosystem.verified()
        seconds = time.monotonic() - begin
    figures = f"{load.answered('car')} cars, {load.answered('contract')} contracts, {load.answered('delete')} deletions"
    usual = statistics.median(restarts)
    ready = f"ready after {usual:.2f} s, {max(restarts):.2f} s at most"
    yield f"{engine}: {kills} kills of {KILLS} in {seconds:.0f} s, seed {seed}, {ready}", (
        kills == KILLS or (usual > SLOW and kills >= FEW)
    )
    whole, absent = load.undecided()
    undecided = f"{load.unknown} unanswered: of cars and contracts among them {whole} are whole, {absent} absent"
    yield f"{engine}: {figures} answered; {undecided}", (
        load.answered("car") > kills and load.answered("contract") > 2 and load.unknown > kills
    )
    yield f"{engine}: no answer but success or a lost car {load.odd[:3]}", not load.odd
    yield f"{engine}: after each kill all that was answered is read again {describe(lost)}", not lost
    lost = load.lost(load.cars)
    yield f"{engine}: and after all of them {describe(lost)}", not lost
    found = list(load.disagreements())
    yield f"{engine}: tables, outbox, audit log and register agree {found[:3]}", not found
    yield f"{engine}: opnc audit verify after every tenth kill and at the end", not broken and ecosystem.verified()
    yield f"{engine}: the database is sound", ecosystem.database.sound()


def describe(cars):
    return [(car.pcid, car.fate) for car in cars[:3]]


def replicas(ecosystem):
    """Two processes on one database, with the keys in one folder."""
    nodes = [ecosystem.nodes[0], ecosystem.node(free_port())]
    oem, emsp = ([Connection(node, ecosystem.bearers[party]) for node in nodes] for party in ("oem", "emsp"))
    for one in oem + emsp:
        assert one.connect()
    missed = []
    for number in range(40):
        car = ecosystem.car(number)
        here, there = number % 2, 1 - number % 2
        if oem[here].call("PUT", CARS, car.publication)[0] != 200:
            missed.append(car)
        status, answer = oem[there].call("GET", f"{CARS}/{car.pcid}")
        if status != 200 or answer["provisioningCertificate"]["provisioningCertificateChain"] != car.chain:
            missed.append(car)
        if emsp[there].call("PUT", GENERATE, car.order)[0] != 201:
            missed.append(car)
        if emsp[here].call("GET", f"{CONTRACTS}/{car.emaid}")[0] != 200:
            missed.append(car)
        if number % 4 == 0:
            gone = oem[here].call("DELETE", f"{CARS}/{car.pcid}")[0], oem[there].call("GET", f"{CARS}/{car.pcid}")[0]
            missed += [car] * (gone != (200, 404))
    yield f"replicas: what one writes the other reads at once {describe(missed)}", not missed
    last = car.pcid, car.emaid
    reads = [
        (oem, "/opnc/v1/rcp/rootcertificates"),
        (oem, "/opnc/v1/rcp/rootcertificates?pkiType=V2G"),
        (oem, f"{CARS}/{last[0]}"),
        (oem, f"{CARS}/{ecosystem.car(0).pcid}"),
        (oem, f"{CARS}/WVWFAULT000000001"),
        (oem, f"{CARS}/short"),
        (oem, f"/opnc/v1/pcp/lookupvehicle/{last[0]}"),
        (oem, f"/opnc/v1/ccp/contractData/pcid/{last[0]}"),
        (oem, f"/opnc/v1/ccp/signedcontractdata/{last[1]}/{last[0]}?sessionID=3D4CBF93374ED89B"),
        (oem, f"{CONTRACTS}/{last[1]}"),
        (emsp, f"{CONTRACTS}/{last[1]}"),
        (emsp, f"{CONTRACTS}/DEFLT999999999"),
        (emsp, f"{CARS}/{last[0]}"),
        (emsp, "/opnc/v1/cps/cpsCertificates"),
        (emsp, "/.well-known/jwks.json"),
        (emsp, "/nothing"),
    ]
    statuses, unlike = [], []
    for pair, path in reads:
        first, second = ((status, plain(answer)) for status, answer in (one.call("GET", path) for one in pair))
        statuses.append(first[0])
        unlike += [path] * (first != second)
    yield f"replicas: {len(reads)} reads have the same answer {statuses} {unlike}", not unlike and statuses.count(200) > 7

    path = f"/opnc/v1/pcp/lookupvehicle/{last[0]}"
    for verb, refused in (("disable", True), ("enable", False)):
        ecosystem.opnc("party", verb, "Cars")
        begin, took = time.monotonic(), {}
        while len(took) < 2 and time.monotonic() - begin < 10:
            for number, one in enumerate(oem):
                if (one.call("GET", path)[0] in (401, 403)) == refused:
                    took.setdefault(number, time.monotonic() - begin)
            time.sleep(0.02)
        shown = ", ".join(f"{took[number]:.2f} s" for number in sorted(took))
        yield f"replicas: party {verb} works on both after {shown}", len(took) == 2 and max(took.values()) < FOLLOWED

    said = ecosystem.opnc("party", "rotate-secret", "Cars", "--overlap", "7d", "--output", "json").stdout
    party = {**ecosystem.parties["oem"], "clientSecret": json.loads(said)["clientSecret"]}
    good = []
    for node, other in (nodes, nodes[::-1]):
        for one in (party, ecosystem.parties["oem"]):
            ecosystem.url = "http://{}:{}".format(*node.address)
            bearer = {"Authorization": f"Bearer {ecosystem.token(one)}"}
            good.append(Connection(other, bearer).call("GET", path)[0])
    ecosystem.url = f"http://{ecosystem.address}"
    yield f"replicas: new and old secret give tokens on both, good on the other {good}", good == [200] * 4
    nodes[0].kill()
    yield "replicas: one is killed, the other goes on", oem[1].call("GET", path)[0] == 200
    yield "replicas: opnc audit verify", ecosystem.verified()


def plain(answer):
    """An answer without what differs from request to request."""
    if isinstance(answer, list):
        return [plain(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: plain(one) for name, one in answer.items() if "trace" not in name.lower()}


def restarted(ecosystem, cluster, seed):
    """PostgreSQL stops as if its power were cut, and comes back; our process stays."""
    [node] = ecosystem.nodes
    process = node.process
    oem = Connection(node, ecosystem.bearers["oem"])
    assert oem.connect()
    with Load(ecosystem, seed, 600) as load:
        load.begin()
        for _ in range(5):
            time.sleep(0.4)
            cluster.restart()
        time.sleep(0.4)
        before = len(load.cars)
        cluster.stop()
        away = []
        for number in range(3):
            car = ecosystem.car(900_000 + number)
            away.append(oem.call("GET", f"{CARS}/{load.cars[0].pcid}"))
            away.append(oem.call("PUT", CARS, car.publication))
        told = {answer["errorMessages"][0] for _, answer in away if answer and answer.get("errorMessages")}
        yield f"PostgreSQL away: {[status for status, _ in away]} {told}", told and all(
            status in UNABLE and answer["errorMessages"] for status, answer in away
        )
        _, said = token(ecosystem)
        yield f"PostgreSQL away: no token {said}", "temporarily_unavailable" in said
        asked = time.monotonic()
        status, _ = oem.call("GET", "/readyz")
        asked = time.monotonic() - asked
        yield f"PostgreSQL away: /readyz says {status} after {asked:.2f} s", status == 503 and asked < READY
        cluster.start()
        back = time.monotonic()
        while oem.call("GET", "/opnc/v1/rcp/rootcertificates")[0] != 200 and time.monotonic() - back < 15:
            time.sleep(0.02)
        back = time.monotonic() - back
        answered = load.answered("car")
        time.sleep(1)
        again = load.answered("car") - answered
    yield f"PostgreSQL back: reads after {back:.2f} s, {again} cars in the next second, without a restart of ours", (
        again > 0 and process.poll() is None
    )
    statuses = sorted({(what, status) for what, status, _ in load.odd})
    yield f"{len(load.odd)} writes were answered with errors {statuses}, each with errorMessages", all(
        status in UNABLE and answer["errorMessages"] for _, status, answer in load.odd
    )
    yield f"no connection of a caller broke ({load.unknown})", load.unknown == 0
    figures = f"{load.answered('car')} cars, {load.answered('contract')} contracts, {load.answered('delete')} deletions"
    whole, absent = load.undecided()
    yield f"6 restarts with {before} cars tried; {figures} answered, of the others {whole} whole, {absent} absent", (
        load.answered("contract") > 5
    )
    lost = load.lost(load.cars)
    yield f"no answered write is lost {describe(lost)}", not lost
    found = list(load.disagreements())
    yield f"tables, outbox, audit log and register agree {found[:3]}", not found
    yield "opnc audit verify", ecosystem.verified()


def full(ecosystem, disk):
    """The disk of the database has no byte left, and then has."""
    [node] = ecosystem.nodes
    process = node.process
    oem, emsp = (Connection(node, ecosystem.bearers[party]) for party in ("oem", "emsp"))
    cars = [ecosystem.car(number) for number in range(300)]
    there = cars[:20]
    stored = all(oem.call("PUT", CARS, car.publication)[0] == 200 for car in there)
    stored = stored and all(emsp.call("PUT", GENERATE, car.order)[0] == 201 for car in there)
    fill(disk)
    answers = []
    for car in cars[20:]:
        status, answer = oem.call("PUT", CARS, car.publication)
        answers.append((status, answer))
        there += [car] * (status == 200)
        if sum(one in UNABLE for one, _ in answers[-20:]) == 20:
            break
    refused = [answer["errorMessages"] for status, answer in answers if status in UNABLE]
    fitted, statuses = len(answers) - len(refused), {status for status, _ in answers}
    yield f"disk full: {fitted} writes still fit, then {len(refused)} are told {statuses - {200}} {refused[:1]}", (
        stored and len(refused) >= 20 and all(refused) and statuses <= {200, *UNABLE}
    )
    contracts = [emsp.call("PUT", GENERATE, car.order) for car in there[-3:]]
    removals = [oem.call("DELETE", f"{CARS}/{car.pcid}") for car in there[:3]]
    others = [(status in UNABLE, bool(answer and answer.get("errorMessages"))) for status, answer in contracts + removals]
    yield f"so are contracts and deletions {others}", set(others) == {(True, True)}
    read = [oem.call("GET", f"{CARS}/{car.pcid}")[0] for car in there]
    read += [emsp.call("GET", f"{CONTRACTS}/{car.emaid}")[0] for car in there[:20]]
    absent = [oem.call("GET", f"{CARS}/{car.pcid}")[0] for car in cars if car not in there]
    yield f"{len(read)} reads go on, and what was refused is not there", set(read) == {200} and set(absent) == {404}
    status, _ = token(ecosystem)
    yield f"a token is answered ({status})", status == 200
    (disk / "filler").unlink()
    alive = process.poll() is None
    rest = [car for car in cars if car not in there][:100]
    again = [oem.call("PUT", CARS, car.publication)[0] for car in rest]
    again.append(oem.call("DELETE", f"{CARS}/{there[0].pcid}")[0])
    again.append({201: 200}.get(emsp.call("PUT", GENERATE, rest[0].order)[0]))
    yield f"with room {len(again)} writes work again, by itself {sorted(map(str, set(again)))}", set(again) == {200} and alive
    yield "opnc audit verify", ecosystem.verified()
    yield "PRAGMA integrity_check", ecosystem.database.sound()


def token(ecosystem):
    party = ecosystem.parties["oem"]
    try:
        return 200, ecosystem.token(party)
    except AssertionError as refused:
        return 0, str(refused)


def fill(disk):
    with open(disk / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(512))


@contextlib.contextmanager
def small_disk(folder):
    """A file system of a few MB, None where we may not have one."""
    disk = folder / "disk"
    disk.mkdir()
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*sudo, "mount", "-t", "tmpfs", "-o", f"size=12m,uid={os.getuid()},mode=700", "tmpfs", disk]
    try:
        mounted = subprocess.run(mount, capture_output=True, timeout=20).returncode == 0
    except OSError:
        mounted = False
    try:
        yield disk if mounted else None
    finally:
        if mounted and subprocess.run([*sudo, "umount", disk], capture_output=True).returncode != 0:
            subprocess.run([*sudo, "umount", "--lazy", disk], check=True)


def checks(folder):
    seed = int(os.environ.get("OPNC_FAULTS_SEED") or random.SystemRandom().randrange(10**9))
    with Ecosystem(folder / "sqlite", Sqlite(folder / "sqlite" / "opnc.db")) as ecosystem:
        yield from killed(ecosystem, seed)
    with small_disk(folder) as disk:
        if disk:
            with Ecosystem(folder / "full", Sqlite(disk / "opnc.db")) as ecosystem:
                yield from full(ecosystem, disk)
        else:
            skip("interop/faults full disk", "no right to mount a file system")
    if not SERVER:
        skip("interop/faults on PostgreSQL", "no PostgreSQL")
        return
    with Postgres(SERVER) as database, Ecosystem(folder / "postgres", database) as ecosystem:
        yield from killed(ecosystem, seed)
    with Postgres(SERVER) as database, Ecosystem(folder / "replicas", database) as ecosystem:
        yield from replicas(ecosystem)
    if not programs():
        skip("interop/faults PostgreSQL restarted", "no initdb")
        return
    with Cluster() as cluster, Postgres(cluster.url) as database:
        with Ecosystem(folder / "restarted", database, busy_timeout="1s") as ecosystem:
            yield from restarted(ecosystem, cluster, seed)


# Asked to end, it ends what it has started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with tempfile.TemporaryDirectory() as folder:
    report(checks(pathlib.Path(folder)))

"""Three ecosystems in three processes, peers by `opnc peer add`: a car of the first, its contract in the second, the station in
the third. Who asks is Python: the car of the PyPI package iso15118 accepts what it gets, `cryptography` reads the chains. Then
a peer that hangs, dies, floods, drips, lies and asks back; and a pool that is killed. On SQLite and on PostgreSQL.

Usage: python3 interop/federation/check.py, after `cargo build -p opnc`. OPNC_TEST_POSTGRES is the URL of a PostgreSQL server on
which databases may be made. Needs Java and the PyPI package iso15118 0.31.2. Exits with 1 when anything differs.
"""

import base64
import contextlib
import copy
import json
import logging
import os
import pathlib
import signal
import sys
import tempfile
import time
import warnings

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

import python_car
from databases import Postgres, Sqlite
from hostile import Hostile
from pools import ISO2, Maker, Pool, befriend, order
from python_car import Codec
from python_pki import der, scalar
from report import report, skip
from sandbox import DER

SERVER = os.environ.get("OPNC_TEST_POSTGRES")
NAMES = ["One", "Two", "Three"]
CARS, GENERATE = "/pcp/provisioningcertificates", "/cps/contractData/generateandsign"
CAR, UNKNOWN = "WAFPEERS000000001", "WYYPEERS000000009"
OWN, CONTRACT = "DEONE000000001", "DETWO000000001"
# A peer that hangs may take this long; an answer to who asks comes soon after.
PATIENCE = 1.0
SOON = PATIENCE + 2.0
# What changes in a list of peers is followed within so many seconds, and a no is remembered no longer.
FOLLOWED = 6


class Three:
    """The processes, and who is in them."""

    def __init__(self, folder, databases, codec, hostile):
        self.codec, self.hostile = codec, hostile
        self.pools = [Pool(folder / name, name, database.url) for name, database in zip(NAMES, databases)]
        self.maker, self.hostile_maker = Maker("Cars"), Maker("Hostile Cars")
        self.car = self.maker.car(CAR)

    def begin(self):
        one, two, three = self.pools
        maker = (self.maker.root.certificate, "OEM")
        one.welcome(
            [maker],
            oem=("oem", "--wmi", "WAF"),
            emsp=("emspNoPki", "--provider-id", "DEONE"),
            cpo=("cpo", "--operator-id", "DECPA"),
        )
        two.welcome([maker], emsp=("emspNoPki", "--provider-id", "DETWO"))
        cars = (self.hostile_maker.root.certificate, "OEM")
        three.welcome(
            [maker, cars], cpo=("cpo", "--operator-id", "DECPC"), emsp=("emspNoPki", "--provider-id", "DETHR")
        )
        self.roots = [pool.own_root() for pool in self.pools]
        for pool, own in zip(self.pools, self.roots):
            pool.trust([(root, "V2G") for root in self.roots if root != own])
        of_one, of_two, of_three = ["oem=WAF", "emsp=DEONE", "cpo=DECPA"], ["emsp=DETWO"], ["cpo=DECPC", "emsp=DETHR"]
        befriend(one, of_one, two, of_two)
        befriend(one, of_one, three, of_three)
        self.of_three_at_two = befriend(two, of_two, three, of_three)
        of_hostile = three.add_peer("Hostile", self.hostile.url, ["oem=WAH"], "--timeout", f"{PATIENCE:.0f}s")
        three.use_at("Hostile", {"clientId": "three", "clientSecret": "secret"})
        self.hostile.bearer = three.token(of_hostile)
        time.sleep(FOLLOWED)

    def install(self, pool):
        """A car at a station: what its CPO gets."""
        session = os.urandom(8).hex().upper()
        request = python_car.request(self.codec, session, der(self.car), self.car.key, self.roots)
        body = {"certificateInstallationReq": base64.b64encode(request).decode(), "xsdMsgDefNamespace": ISO2}
        return pool.ask("cpo", "POST", "/ccp/signedcontractdata", body)

    def installed(self, pool):
        """The EMAID that a car gets there, or the status."""
        status, answer = self.install(pool)
        return answer["signedContractDataCollection"][0]["emaid"] if status == 200 else status

    def accepts(self, answer, root):
        """Whether the car of the package verifies and opens it, and the key is that of the contract certificate."""
        [one] = answer["signedContractDataCollection"]
        message = base64.b64decode(one["certificateInstallationRes"])
        if not python_car.verify(self.codec, message, root.public_bytes(DER)):
            return False
        key = python_car.unwrap(self.codec, message, scalar(self.car.key))
        contract = self.codec.decode(message).body.certificate_installation_res.contract_cert_chain.certificate
        return python_car.public_point(key) == python_car.certificate_point(contract.hex())


def story(three):
    one, two, third = three.pools
    status, _ = one.ask("oem", "PUT", CARS, three.maker.publication(three.car))
    yield "a car is published in the first", status == 200
    status, answer = two.ask("emsp", "GET", f"{CARS}/{CAR}")
    chain = three.maker.publication(three.car)["provisioningCertificateChain"]
    there = answer.get("provisioningCertificate", {}).get("provisioningCertificateChain") if status == 200 else None
    yield "an eMSP of the second gets its chain, byte for byte", there == chain
    status, _ = two.ask("emsp", "PUT", GENERATE, order(CONTRACT, CAR, three.car))
    yield "and has a contract made for it", status == 201
    status, answer = three.install(third)
    yield "at a station of the third the car gets one", status == 200
    yield "which the package's car verifies and opens", status == 200 and three.accepts(answer, three.roots[1])
    three.genuine = answer
    statuses = [pool.ask(party, "GET", f"/pcp/lookupvehicle/{UNKNOWN}")[0] for pool, party in
                [(one, "emsp"), (two, "emsp"), (third, "emsp")]]
    yield f"the ring of all three ends where nobody knows a car {statuses}", statuses == [404] * 3


def choice(three):
    one = three.pools[0]
    status, _ = one.ask("emsp", "PUT", GENERATE, order(OWN, CAR, three.car))
    yield "the car gets a contract in the first, too", status == 201 and three.installed(one) == OWN
    status, answer = one.ask("oem", "POST", f"/ccp/signedcontractdata/{CONTRACT}/{CAR}/setdefault")
    yield f"its OEM chooses that of the second {answer or ''}", status == 200
    yield "and the car gets it, at home and in the third", [three.installed(pool) for pool in (one, three.pools[2])] == [CONTRACT] * 2
    _, answer = one.ask("oem", "GET", f"/ccp/contractData/pcid/{CAR}")
    marked = {data["emaid"]: data["defaultContract"] for data in answer["contractDataCollection"]}
    yield f"of both one is the default {marked}", marked == {OWN: False, CONTRACT: True}


def access(three):
    two = three.pools[1]
    bearer = two.token(three.of_three_at_two)
    def asks(role, party, method, path, body=None):
        who = {"OPNC-from-party-type": role, "OPNC-from-party-id": party}
        return two.ask_with(bearer, method, path, body, who)[0]
    foreign = f"/ccp/contractData/emaid/{CONTRACT}"
    statuses = [
        asks("emsp", "DETHR", "GET", foreign),
        asks("emsp", "DETHR", "GET", "/ccp/contractData/emaid/DETWO999999999"),
        asks("emsp", "DETWO", "GET", foreign),
        asks("cpo", "DECPC", "GET", foreign),
        asks("emsp", "DETHR", "PUT", GENERATE, order("DETHR000000001", CAR, three.car)),
        asks("emsp", "DETHR", "DELETE", "/ccp/signedcontractdata/DETHR000000001"),
    ]
    yield f"a peer is refused others' contracts, there or not, others' names and writes {statuses}", statuses == [403] * 6
    yield "its own member's contract it may ask for", asks("emsp", "DETHR", "GET", "/ccp/contractData/emaid/DETHR000000001") == 404


def killed(three):
    one, two, third = three.pools
    two.kill()
    begin = time.monotonic()
    statuses = [three.installed(one), three.installed(third)]
    took = time.monotonic() - begin
    yield f"without the second, the car gets no other contract in its place {statuses}", statuses == [502, 502]
    yield f"and is told so soon ({took:.1f} s)", took < 2 * SOON
    _, answer = three.install(one)
    yield "who asks is not told of whom", "Two" not in json.dumps(answer) and two.address not in json.dumps(answer)
    yield "the log of the first names the peer, and neither car nor contract", (
        "Two" in one.logged() and not any(name in one.logged() for name in (CAR, CONTRACT, OWN))
    )
    two.__enter__()
    yield "the second is back, and so is the contract", [three.installed(pool) for pool in (one, third)] == [CONTRACT] * 2


def hostile(three):
    third, pool = three.pools[2], three.hostile
    stranger, maker = Maker("Stranger"), three.hostile_maker

    def asks(number, behaviour):
        pcid = f"WAHPEERS{number:09}"
        pool.cars[pcid] = behaviour(pcid) if callable(behaviour) else behaviour
        begin = time.monotonic()
        status, answer = third.ask("emsp", "GET", f"{CARS}/{pcid}")
        three.told = json.dumps(answer)
        return status, time.monotonic() - begin

    def tells(of, car=None):
        return lambda pcid: {"provisioningCertificate": of.publication(of.car(car or pcid))}

    def mixed(pcid):
        said = {"provisioningCertificate": maker.publication(maker.car(pcid))}
        chain = stranger.publication(stranger.car(pcid))["provisioningCertificateChain"]
        said["provisioningCertificate"]["provisioningCertificateChain"]["subCa2Certificate"] = chain["subCa2Certificate"]
        return said

    yield "a peer that says what holds is believed", asks(1, tells(maker))[0] == 200
    for number, fault in enumerate(["hangs", "dies_in_mid_answer", "floods", "answers_byte_by_byte"], 2):
        status, took = asks(number, fault)
        told = "Hostile" in three.told or pool.url in three.told
        yield f"a peer that {fault.replace('_', ' ')}: {status} after {took:.1f} s", status == 502 and took < SOON and not told
    lies = {
        "another car": tells(maker, "WAHPEERS000000099"),
        "a chain of a root that nobody trusts": tells(stranger),
        "a sub CA that did not issue it": mixed,
        "nothing that could be read": {"provisioningCertificate": {}},
    }
    for number, (lie, behaviour) in enumerate(lies.items(), 10):
        status, _ = asks(number, behaviour)
        yield f"a peer that says {lie}: {status}", status == 502
    pool.ask_back = lambda path, headers: third.call("GET", path, None, {
        "Authorization": f"Bearer {pool.bearer}",
        "OPNC-from-party-type": "oem",
        "OPNC-from-party-id": "WAH",
        "OPNC-Forwarded-By": headers["OPNC-Forwarded-By"],
    })[0]
    status, _ = asks(20, "asks_back")
    yield f"a peer that sends our question back is told no, and not asked again: {status}, {pool.back}", (
        (status, pool.back) == (404, 404) and len(pool.asked("WAHPEERS000000020")) == 1
    )
    # From here on, only the hostile one could have the contract.
    third.opnc("peer", "disable", "Two")
    time.sleep(FOLLOWED)
    whole = base64.b64decode(three.genuine["signedContractDataCollection"][0]["certificateInstallationRes"])
    statuses = []
    for tenth in (3, 5, 7, 9):
        tampered, said = bytearray(whole), copy.deepcopy(three.genuine)
        tampered[len(whole) * tenth // 10] ^= 0x10
        said["signedContractDataCollection"][0]["certificateInstallationRes"] = base64.b64encode(tampered).decode()
        pool.cars["installation"] = said
        statuses.append(three.installed(third))
    yield f"a tampered message reaches no car {statuses}", statuses == [502] * 4
    pool.cars["installation"] = three.genuine
    yield "the very message does, whoever brings it", three.installed(third) == CONTRACT
    yield "the log names the peer that lied", third.logged().count("Hostile") > 10


def checks(folder, codec):
    with Hostile() as one:
        yield from on("SQLite", folder / "sqlite", [Sqlite(folder / "sqlite" / name / "opnc.db") for name in NAMES], codec, one)
    if not SERVER:
        skip("interop/federation on PostgreSQL", "no PostgreSQL")
        return
    with contextlib.ExitStack() as stack:
        databases = [stack.enter_context(Postgres(SERVER)) for _ in NAMES]
        one = stack.enter_context(Hostile())
        yield from on("PostgreSQL", folder / "postgres", databases, codec, one)


def on(engine, folder, databases, codec, one):
    folder.mkdir()
    three = Three(folder, databases, codec, one)
    with contextlib.ExitStack() as running:
        for pool in three.pools:
            running.enter_context(pool)
        three.begin()
        for part in (story, access, choice, killed, hostile):
            for name, passed in part(three):
                yield f"{engine}: {name}", passed


# Asked to end, it ends what it has started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
with tempfile.TemporaryDirectory() as folder:
    report(checks(pathlib.Path(folder), Codec()))

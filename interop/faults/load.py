"""Writers that note what they were answered, and the comparison of that with what is there."""

import base64
import collections
import itertools
import json
import queue
import random
import threading
import time

from ecosystem import CARS, CONTRACTS, GENERATE, Connection

MAKERS, PROVIDERS = 2, 3
# For a car that was deleted meanwhile.
REFUSALS = {"contract": {400}}


class Load:
    """Connections of an OEM and of an eMSP. They work between `begin` and `pause`, and until `end`."""

    def __init__(self, ecosystem, seed, cars):
        self.ecosystem = ecosystem
        self.node = ecosystem.nodes[0]
        self.stock = collections.deque(ecosystem.car(number) for number in range(cars))
        self.numbers = itertools.count(cars)
        self.cars = []
        self.published = queue.SimpleQueue()
        self.working, self.ended = threading.Event(), False
        # All other answers.
        self.odd = []
        self.unknown = 0
        self.successes = 0
        dice = [random.Random(f"{seed} {number}") for number in range(MAKERS + PROVIDERS)]
        targets = [self.make] * MAKERS + [self.provide] * PROVIDERS
        self.threads = [threading.Thread(target=target, args=(one,)) for target, one in zip(targets, dice)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.working.set()
        for thread in self.threads:
            thread.join()

    def begin(self):
        self.working.set()

    def pause(self):
        self.working.clear()

    def wait(self, answers):
        """Until so many more writes have been answered; not for ever, and not when there is nothing to wait for."""
        wanted, end = self.successes + answers, time.monotonic() + 2
        while self.successes < wanted and time.monotonic() < end:
            time.sleep(0.001)

    def connections(self, party):
        """A connection for each next write, once there is one."""
        connection = Connection(self.node, self.ecosystem.bearers[party])
        while True:
            self.working.wait()
            if self.ended:
                connection.http.close()
                return
            if connection.connect():
                yield connection
            else:
                # The process is gone, and whoever killed it is about to say so.
                threading.Event().wait(0.002)

    def make(self, dice):
        """Publishes cars, and takes every fifth back a moment later."""
        mine = []
        for connection in self.connections("oem"):
            if len(mine) > 6 and dice.random() < 0.2:
                car = mine.pop(dice.randrange(len(mine)))
                self.write(connection, car, "delete", "DELETE", f"{CARS}/{car.pcid}", None, 200)
                continue
            try:
                car = self.stock.popleft()
            except IndexError:
                car = self.ecosystem.car(next(self.numbers))
            self.cars.append(car)
            if self.write(connection, car, "car", "PUT", CARS, car.publication, 200):
                mine.append(car)
                self.published.put(car)

    def provide(self, _):
        for connection in self.connections("emsp"):
            try:
                car = self.published.get(timeout=0.01)
            except queue.Empty:
                continue
            self.write(connection, car, "contract", "PUT", GENERATE, car.order, 201)

    def write(self, connection, car, what, method, path, body, success):
        # Before it is sent: from now on it may be there.
        car.fate[what] = None
        status, answer = connection.call(method, path, body)
        if status == success:
            car.fate[what] = True
            self.successes += 1
        elif status in REFUSALS.get(what, ()):
            car.fate[what] = False
        elif status is None:
            self.unknown += 1
        else:
            self.odd.append((what, status, answer))
        return car.fate[what]

    def answered(self, what):
        return sum(car.fate.get(what) is True for car in self.cars)

    def lost(self, cars):
        """Those of these cars of which an answered write is not there, or anything is there by halves, as callers see."""
        oem, emsp = (Connection(self.node, self.ecosystem.bearers[party]) for party in ("oem", "emsp"))
        try:
            return [car for car in cars if not seen(oem, emsp, car)]
        finally:
            oem.http.close()
            emsp.http.close()

    def disagreements(self):
        """What is in the tables and should not be, or the other way round, each in words."""
        read = self.ecosystem.database.rows
        cars = {pcid: leaf for pcid, leaf in read(f"SELECT pcid_key, {hexed(self, 'leaf')} FROM provisioning")}
        contracts = {emaid: (one, pcid) for emaid, one, pcid in read("SELECT emaid_key, id, pcid_key FROM contracts")}
        events = [(kind, json.loads(payload)) for kind, payload in read("SELECT kind, payload FROM outbox ORDER BY id")]
        created = collections.Counter(about["emaid"] for kind, about in events if kind == "contract.created")
        gone = collections.Counter(about["emaid"] for kind, about in events if kind == "prov.cert.deleted")
        ids = {about["emaid"]: about["contractId"] for kind, about in events if kind == "contract.created"}
        for car in self.cars:
            here, contract = car.pcid in cars, contracts.get(car.emaid)
            if not fits(car, here, contract is not None):
                yield f"{car.pcid}: {car.fate}, in the tables: car {here}, contract {contract}"
            if here and bytes.fromhex(cars[car.pcid]) != certificate(car.chain):
                yield f"{car.pcid}: another certificate than was sent"
            if contract and contract[1] != car.pcid:
                yield f"{car.emaid}: on {contract[1]}, not on {car.pcid}"
            expected = (1, 0) if contract else (gone[car.emaid], created[car.emaid])
            if (created[car.emaid], gone[car.emaid]) != expected or created[car.emaid] > 1:
                yield f"{car.emaid}: contract {contract}, events created {created[car.emaid]}, gone {gone[car.emaid]}"
            if contract and ids.get(car.emaid) != contract[0]:
                yield f"{car.emaid}: the event is about another contract"
            if gone[car.emaid] and here:
                yield f"{car.pcid}: is there, and an event says that it is gone"
            if car.fate.get("contract") is True and not created[car.emaid]:
                yield f"{car.emaid}: was answered, and no event tells of it"
        known = {car.emaid for car in self.cars}
        if set(cars) - {car.pcid for car in self.cars} or (set(contracts) | set(created) | set(gone)) - known:
            yield "rows of cars that nobody published"
        for table in ("emaids", "default_contracts"):
            if {emaid for [emaid] in read(f"SELECT emaid_key FROM {table}")} != set(contracts):
                yield f"{table} does not fit contracts"
        done = collections.Counter(operation for [operation] in read("SELECT operation FROM audit"))
        deleted = done["DeleteProvisioningCertificate"]
        if done["AddProvisioningCertificate"] != len(cars) + deleted:
            yield f"{len(cars)} cars and {deleted} deleted, but {done['AddProvisioningCertificate']} noted as published"
        if done["GenerateAndSignContractData"] != sum(created.values()):
            yield f"{done['GenerateAndSignContractData']} contracts noted, {sum(created.values())} events"
        states = [state for state, in read(
            "SELECT CASE WHEN revoked_at IS NULL THEN 'good' ELSE 'revoked' END FROM issued_certificates"
            " WHERE subject_key LIKE 'DEFLT%'"
        )]
        if (states.count("good"), states.count("revoked")) != (len(contracts), sum(gone.values())):
            yield f"certificates {collections.Counter(states)}, {len(contracts)} contracts, {sum(gone.values())} gone"
        unchecked = {pcid for [pcid] in read("SELECT pcid_key FROM unchecked_cars")}
        if unchecked - set(cars):
            yield "unchecked cars that are not there"

    def undecided(self):
        """Of the writes of cars and contracts that nobody knows of, how many are there, and how many are not."""
        tried = {car.pcid for car in self.cars if "car" in car.fate and car.fate["car"] is None}
        there = {pcid for [pcid] in self.ecosystem.database.rows("SELECT pcid_key FROM provisioning")}
        ordered = {car.emaid for car in self.cars if "contract" in car.fate and car.fate["contract"] is None}
        made = {subject for [subject] in self.ecosystem.database.rows("SELECT subject_key FROM issued_certificates")}
        whole = len(tried & there) + len(ordered & made)
        return whole, len(tried) + len(ordered) - whole


def hexed(load, column):
    return f"hex({column})" if load.ecosystem.database.name == "SQLite" else f"encode({column}, 'hex')"


def certificate(chain):
    return base64.b64decode(chain["certificate"])


def fits(car, here, contract):
    """Whether that a car and its contract are there, or are not, is what their writes were answered."""
    fate = car.fate
    if contract and not here:
        return False
    if fate.get("delete") is True:
        return not here
    if fate.get("car") is True and "delete" not in fate and not here:
        return False
    if "car" not in fate and here:
        return False
    if contract:
        return "contract" in fate and fate["contract"] is not False
    # It may have gone with its car.
    return fate.get("contract") is not True or not here


def seen(oem, emsp, car):
    """The same by GET."""
    for connection in (oem, emsp):
        assert connection.connect()
    status, answer = oem.call("GET", f"{CARS}/{car.pcid}")
    contract, told = emsp.call("GET", f"{CONTRACTS}/{car.emaid}")
    if {status, contract} - {200, 404}:
        return False
    if status == 200 and answer["provisioningCertificate"]["provisioningCertificateChain"] != car.chain:
        return False
    if contract == 200 and car.pcid not in json.dumps(told):
        return False
    return fits(car, status == 200, contract == 200)

"""What follows from a revocation in the pools, and from a deletion for certificates: seen through HTTP, OCSP and the outbox.

A revocation here is one of another process in half of the cases: `opnc ca revoke` beside the running service.
"""

import base64
import json
import re
import sqlite3
import subprocess
import time

from client import Request, chain, enrolled, run
from report import BINARIES
from revocation import revoke
from sandbox import ISO2


def opnc(sandbox, *arguments):
    command = [BINARIES / "opnc", *arguments, "--data", sandbox.folder]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


def events(sandbox):
    """The names of all events, read past the program."""
    database = next(sandbox.folder.glob("*.sqlite"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM outbox ORDER BY id")]


def issued(sandbox, subject, *options):
    """What the CAs have issued for a subject, the oldest first."""
    return json.loads(opnc(sandbox, "ca", "list", "--subject", subject, "--output", "json", *options).stdout)


class Issuer:
    """A CA, by the certificates that it has issued."""

    def __init__(self, folder, leaf):
        shown = run("openssl", "x509", "-in", leaf, "-noout", "-ext", "authorityInfoAccess").stdout.decode()
        self.responder = re.search(r"OCSP - URI:(\S+)", shown).group(1)
        self.file = folder / "consequences-issuer.pem"
        url = re.search(r"CA Issuers - URI:(\S+)", shown).group(1)
        der = run("curl", "--silent", "--fail", "--noproxy", "*", url).stdout
        run("openssl", "x509", "-inform", "DER", "-out", self.file, stdin=der)

    def state(self, serial):
        """The word that openssl has for a serial number, and the reason."""
        command = ["openssl", "ocsp", "-issuer", self.file, "-serial", f"0x{serial}", "-url", self.responder, "-CAfile", self.file,
                   "-partial_chain", "-no_nonce"]
        done = run(*command, good=False)
        said = done.stdout.decode() + done.stderr.decode()
        word, reason = re.search(r": (good|revoked|unknown)", said), re.search(r"Reason: (\S+)", said)
        return (word.group(1) if word and "Response verify OK" in said else said), reason and reason.group(1)

    def within_a_second(self, serial, expected):
        """Whether the answer becomes this one in the time that a replica has for it."""
        begin = time.monotonic()
        while (state := self.state(serial)) != expected:
            if time.monotonic() - begin > 1:
                print(state)
                return False
        return True


def contract(sandbox, emaid, pcid):
    order = {"emaid": emaid, "pcid": pcid, "contractBegins": "2026-11-01T00:00:00Z", "contractEnds": "2028-01-01T00:00:00Z",
             "xsdMsgDefNamespace": ISO2}
    status, answer = sandbox.parties["eMSP D"].call("PUT", "cps/contractData/generateandsign", order)
    if status != 201:
        raise RuntimeError(answer)
    return issued(sandbox, emaid)[-1]


def held(sandbox, emaid, pcid):
    return sandbox.parties["OEM A"].call("GET", f"ccp/signedcontractdata/{emaid}/{pcid}")[0]


def checks(sandbox, folder):
    pcid = "WAUCONSEQUENCES01"
    oem, emsp = sandbox.parties["OEM A"], sandbox.parties["eMSP D"]
    leaf = enrolled(sandbox, folder, Request(folder, pcid), "caDomain=oem", "OEM A")
    subs, _, _, _ = chain(sandbox, folder, "caDomain=oem", "OEM A")
    ders = [run("openssl", "x509", "-outform", "DER", stdin=(part + "-----END CERTIFICATE-----\n").encode()).stdout
            for part in (leaf.read_text(encoding="utf-8") + subs.read_text(encoding="utf-8")).split("-----END CERTIFICATE-----\n")[:3]]
    names = ["certificate", "subCa2Certificate", "subCa1Certificate"]
    car = {"provisioningCertificateChain": dict(zip(names, (base64.b64encode(der).decode() for der in ders))),
           "xsdMsgDefNamespace": ISO2}
    status, answer = oem.call("PUT", "pcp/provisioningcertificates", car)
    yield "a car with an enrolled provisioning certificate is published", status == 200 or print(answer)

    # Contract certificates that our own eMSP CA issued: revoked with the contract, kept where that was asked for.
    first = contract(sandbox, "DEDDDCONSEQ001", pcid)
    shown = folder / "contract.pem"
    shown.write_text(opnc(sandbox, "ca", "show", first["fingerprint"]).stdout, encoding="utf-8")
    emsp_ca = Issuer(folder, shown)
    yield "the contract certificate is good", emsp_ca.state(first["serial"]) == ("good", None)
    before = len(events(sandbox))
    done = opnc(sandbox, "ca", "revoke", first["fingerprint"], "--reason", "keyCompromise")
    revoked = emsp_ca.within_a_second(first["serial"], ("revoked", "keyCompromise"))
    yield "revoked by another process, it is so in OCSP within a second", done.returncode == 0 and revoked
    gone = held(sandbox, "DEDDDCONSEQ001", pcid) == 404
    yield "and the contract data have left the CCP, with one event", gone and events(sandbox)[before:] == ["contract.deleted"]

    for skipped, emaid in [("true", "DEDDDCONSEQ002"), ("false", "DEDDDCONSEQ003")]:
        one = contract(sandbox, emaid, pcid)
        status, _ = emsp.call("DELETE", f"ccp/signedcontractdata/{emaid}", headers={"X-Skip-Revocation": skipped})
        expected = "good" if skipped == "true" else "revoked"
        state = emsp_ca.state(one["serial"])[0]
        good = (status in (200, 204), state, held(sandbox, emaid, pcid)) == (True, expected, 404)
        yield f"deleted with X-Skip-Revocation: {skipped}, its certificate is {expected}", good or print(status, state)

    # The provisioning certificate: car and contracts go, and what was issued for them.
    last = contract(sandbox, "DEDDDCONSEQ004", pcid)
    before = len(events(sandbox))
    answer = revoke(sandbox, base64.b64encode(ders[0]).decode(), "cessationOfOperation", party="OEM A")
    status, _ = oem.call("GET", f"pcp/provisioningcertificates/{pcid}")
    yield "its provisioning certificate revoked, the car has left the PCP", (answer.status, status) == (200, 404)
    yield "its contracts have left the CCP", held(sandbox, "DEDDDCONSEQ004", pcid) == 404
    yield "their certificates are revoked", emsp_ca.state(last["serial"])[0] == "revoked"
    told = events(sandbox)[before:]
    yield "and an event says so", told == ["prov.cert.deleted"] or print(told)

    # A6: a CPS leaf is the operator's to take back, and not the CPS's own.
    cps = enrolled(sandbox, folder, Request(folder, "CPS X"), "caDomain=cps", "CPS X")
    row, cps_ca = issued(sandbox, "CPS X", "--good")[-1], Issuer(folder, cps)
    der = run("openssl", "x509", "-in", cps, "-outform", "DER").stdout
    own = revoke(sandbox, base64.b64encode(der).decode(), "superseded", party="CPS X")
    yield "a CPS cannot revoke its own certificate", own.status == 403 and cps_ca.state(row["serial"])[0] == "good"
    done = opnc(sandbox, "ca", "revoke", row["fingerprint"], "--reason", "superseded")
    yield "the operator can", done.returncode == 0 and cps_ca.within_a_second(row["serial"], ("revoked", "superseded"))

"""CAs that are made beside a running service: one that a party has to itself, and those of one more algorithm."""

import pathlib
import subprocess
import tempfile

from client import Answer, Request, basic, bearer, chain, curl, enrolled, run
from consequences import opnc
from report import BINARIES
from service import Service


def checks(sandbox, folder):
    for algorithm, iso in [("secp256r1", "ISO15118-2"), ("Ed448", "ISO15118-20")]:
        query = f"caDomain=acme-cpo&iso15118Version={iso}&algorithm={algorithm}"
        refused = curl(sandbox, f"/opnc/v1/pki/est/simpleenroll?{query}", *bearer(sandbox, "CPO B"),
                       body=Request(folder, "DE*BBB*EACME", algorithm).pem)
        made = [opnc(sandbox, "ca", "found", "--algorithm", algorithm, "--ca", "acme-cpo", "--party", "CPO B") for _ in range(2)]
        # The same CA with the same fingerprint, and the second time it says that there was nothing to do.
        same = len({tuple(done.stdout.splitlines()[:2]) for done in made}) == 1 and "no CA was made" not in made[0].stdout
        good = [done.returncode for done in made] == [0, 0] and same and "no CA was made" in made[1].stdout
        yield f"{algorithm}: acme-cpo is made, once, beside the running service", (good and refused.status == 403) or print(made)
        leaf = enrolled(sandbox, folder, Request(folder, "DE*BBB*EACME", algorithm), query)
        subs, root, sub_count, root_count = chain(sandbox, folder, query)
        verified = run("openssl", "verify", "-x509_strict", "-CAfile", root, "-untrusted", subs, leaf, good=False)
        yield f"{algorithm}: openssl verify -x509_strict below it", (verified.returncode, sub_count, root_count) == (0, 2, 1)
        issuer = run("openssl", "x509", "-in", leaf, "-noout", "-issuer").stdout.decode()
        yield f"{algorithm}: it has the name of its party", "O = CPO B" in issuer or print(issuer)
    request = Request(folder, "DE*BBB*EACME")
    answer = curl(sandbox, "/.well-known/est/acme-cpo/simpleenroll", *basic(sandbox, "CPO B"), body=request.pem)
    yield "and is reached by the paths of RFC 7030", answer.status == 200
    answer = curl(sandbox, "/.well-known/est/acme-oem/cacerts", *basic(sandbox, "OEM A"))
    yield "others have no CA of this name", answer.status == 403
    leaf = enrolled(sandbox, folder, Request(folder, "DE*BBB*EACME"))
    yield "who asks for cpo gets what it got before", "O = CPO B" not in run(
        "openssl", "x509", "-in", leaf, "-noout", "-issuer").stdout.decode()
    for what, arguments, words in [
        ("a prefix of another party", ["--ca", "acme-oem", "--party", "OEM A"], "is another party's"),
        ("a domain of another role", ["--ca", "b-oem", "--party", "CPO B"], "enrols nothing of oem"),
        ("an unknown party", ["--ca", "c-cpo", "--party", "Nobody"], "no party"),
        ("a name without a prefix", ["--ca", "cpo", "--party", "CPO B"], "such as acme-cpo"),
    ]:
        done = opnc(sandbox, "ca", "found", "--algorithm", "secp256r1", *arguments)
        yield f"{what} is refused", (done.returncode != 0 and words in done.stderr) or print(done)
    yield from another_algorithm()


def another_algorithm():
    """An ecosystem of `opnc init` has no Ed448; `opnc ca found` gives it to the service that runs."""
    with tempfile.TemporaryDirectory() as name, Service(pathlib.Path(name)) as service:
        folder = pathlib.Path(name)
        party = service.party("CPO Z", "cpo", "--operator-id", "DEZZZ")
        user = ["--user", f"{party['clientId']}:{party['clientSecret']}"]

        def enroll():
            request = Request(folder, "DE*ZZZ*E1", "Ed448")
            command = ["curl", "--silent", "--noproxy", "*", "--include", *user, "--header", "Expect:", "--data-binary",
                       f"@{request.pem}", f"{service.url}/.well-known/est/cpo-Ed448/simpleenroll"]
            head, _, body = run(*command).stdout.partition(b"\r\n\r\n")
            return Answer(int(head.split()[1]), {}, body)

        before = enroll()
        yield "before there is a CA of Ed448: 503 that says so", before.status == 503 and "no CA here" in before.messages()
        command = [BINARIES / "opnc", "ca", "found", "--algorithm", "Ed448", "--config", service.config]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
        yield "opnc ca found beside the service", (done.returncode == 0 and "in the root pool" in done.stdout) or print(done)
        after = enroll()
        leaf = folder / "ed448.pem"
        good = after.status == 200 and after.certificates(leaf)
        shown = good and run("openssl", "x509", "-in", leaf, "-noout", "-text").stdout.decode()
        yield "then it enrols without a restart", (good and "Signature Algorithm: ED448" in shown) or print(after.body)

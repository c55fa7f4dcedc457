"""Revocation by a party: of its own certificates, in every form, as often as it likes."""

import base64
import json

from client import Request, bearer, curl, enrolled, run
from hostile import issued

REASONS = ["privilegeWithdrawn", "affiliationChanged", "superseded", "unspecified", "keyCompromise", "aACompromise",
           "cessationOfOperation"]
PATHS = ["/opnc/v1/pki/pki/revokeCertificate", "/opnc/v1/pki/revokeCertificate"]


def revoke(sandbox, certificate, reason, party="CPO B", path=PATHS[0]):
    body = json.dumps({"certificate": certificate, "revocationReason": reason})
    return curl(sandbox, path, *bearer(sandbox, party), "--header", "Content-Type: application/json", "--data", body)


def checks(sandbox, folder):
    def new():
        pem = enrolled(sandbox, folder, Request(folder, "DE*BBB*EREV")).read_text(encoding="utf-8")
        pem = pem[pem.index("-----BEGIN") :]
        der = run("openssl", "x509", "-outform", "DER", stdin=pem.encode()).stdout
        return pem, [base64.b64encode(der).decode(), base64.b64encode(pem.encode()).decode(), pem]

    for number, reason in enumerate(REASONS):
        _, forms = new()
        before = issued(sandbox)[1]
        form, path = forms[number % 3], PATHS[number % 2]
        statuses = [revoke(sandbox, form, reason, path=path).status for _ in range(2)]
        yield f"revoked for {reason}, and again without harm", (statuses, issued(sandbox)[1] - before) == ([200, 200], 1)

    def refused(what, status, words, *arguments, **options):
        before = issued(sandbox)
        answer = revoke(sandbox, *arguments, **options)
        good = answer.status == status and words in answer.messages() and issued(sandbox) == before
        if not good:
            print(answer.status, answer.body)
        return f"{what}: {status}, nothing changed", good

    _, forms = new()
    yield refused("another party's certificate", 403, "not issued to the calling party", forms[0], "unspecified", party="OEM A")
    yield refused("an unknown reason", 400, "revocationReason", forms[0], "because")
    yield refused("the reason of a CA", 400, "revocationReason", forms[0], "cACompromise")
    foreign = folder / "foreign.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        folder / "foreign.key", "-subj", "/CN=foreign", "-out", foreign)
    yield refused("a foreign certificate", 400, "not issued here", foreign.read_text(encoding="utf-8"), "unspecified")
    yield refused("no certificate", 400, "certificate", "aGVsbG8=", "unspecified")
    root = (sandbox.folder / sandbox.announced["roots"][0]["pem"]).read_text(encoding="utf-8")
    yield refused("the V2G root", 400, "not issued here", root, "unspecified")
    request = Request(folder, "DE*BBB*EREV")
    answer = curl(sandbox, "/.well-known/est/cpo/simpleenroll", *bearer(sandbox, "CPO B"), body=request.pem)
    yield "after revocation the subject can be enrolled anew", answer.status == 200

"""What must not be issued: the right status, words that help, and nothing recorded."""

import sqlite3

from client import Request, bearer, curl, enrolled, run


def issued(sandbox):
    """How many certificates there are in the record, read past the program."""
    database = next(sandbox.folder.glob("*.sqlite"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT count(*), count(revoked_at) FROM issued_certificates").fetchone()


def checks(sandbox, folder):
    def refused(what, status, words, body, query="caDomain=cpo", party="CPO B", credential=None):
        before = issued(sandbox)
        credential = bearer(sandbox, party) if credential is None else credential
        answer = curl(sandbox, f"/opnc/v1/pki/est/simpleenroll?{query}", *credential, body=body)
        good = answer.status == status and words in answer.messages() and issued(sandbox) == before
        if not good:
            print(answer.status, answer.body, before, issued(sandbox))
        return f"{what}: {status}, nothing issued", good

    plain = Request(folder, "DE*BBB*E66")
    changed = folder / "changed.der"
    changed.write_bytes(plain.der.read_bytes().replace(b"DE*BBB*E66", b"DE*BBB*E67"))
    yield refused("a wrong signature", 400, "private key", changed)
    yield refused("somebody else's EVSE ID", 403, "not one of the calling party", Request(folder, "DE*XXX*E1").pem)
    for weak in ["RSA", "P-384"]:
        yield refused(f"a key of {weak}", 400, "secp256r1, secp521r1 and Ed448", Request(folder, "DE*BBB*E1", weak).pem)
    yield refused("a key of another algorithm", 400, "secp256r1 was asked for", Request(folder, "DE*BBB*E1", "Ed448").pem)
    yield refused("a name that is no EVSE ID", 400, "CN", Request(folder, "charger-1").pem)
    yield refused("an EMAID for a station", 400, "CN", Request(folder, "DEDDDC12345678").pem)
    many = [part for number in range(1, 2001) for part in ["-addext", f"1.2.3.{number}=ASN1:NULL"]]
    some = Request(folder, "DE*BBB*E1", options=many[:600]).pem
    yield refused("300 extensions", 400, "more than 32 extensions", some)
    yield refused("2,000 extensions", 413, "larger", Request(folder, "DE*BBB*E1", options=many).pem)
    wanted = ["-addext", "basicConstraints=CA:TRUE", "-addext", "subjectAltName=DNS:example.org"]
    leaf = enrolled(sandbox, folder, Request(folder, "DE*BBB*E2", options=wanted))
    shown = run("openssl", "x509", "-in", leaf, "-noout", "-text").stdout.decode()
    yield "extensions that were asked for are not given", "CA:TRUE" not in shown and "example.org" not in shown
    yield refused("a contract for a CPO", 403, "caDomain emsp", plain.pem, "caDomain=emsp")
    yield refused("a CPS under another name", 403, "name of a CPS", Request(folder, "CPS Y").pem, "caDomain=cps", "CPS X")
    yield refused("a sub CA of somebody else", 403, "no CA acme-cpo", plain.pem, "caDomain=acme-cpo")
    yield refused("an unknown V2G root", 400, "below the root", plain.pem,
                  "caDomain=cpo&cpoV2GRootCertificateFingerprint=" + "0" * 64)
    yield refused("an algorithm of the other version", 400, "ISO 15118-20 uses", plain.pem,
                  "caDomain=cpo&iso15118Version=ISO15118-20&algorithm=secp256r1")
    yield refused("every wrong parameter at once", 400, "caDomain : must", plain.pem, "caDomain=x&algorithm=RSA")
    yield refused("no credential", 401, "access token", plain.pem, credential=[])
    yield refused("a wrong secret", 401, "", plain.pem, credential=["--user", "nobody:nothing"])
    text = folder / "text"
    text.write_text("hello", encoding="utf-8")
    yield refused("no request at all", 400, "no certificate signing request", text)
    big = folder / "big"
    big.write_bytes(b"A" * 100_000)
    yield refused("a body of 100 kB", 413, "larger", big)
    first = enrolled(sandbox, folder, plain)
    yield refused("the same key once more", 400, "new key pair", plain.pem)
    other = folder / "other.csr.pem"
    run("openssl", "req", "-new", "-key", plain.key, "-subj", "/CN=DE*BBB*E68", "-out", other)
    yield refused("the same key for another subject", 400, "new key pair", other)
    yield "of the same subject, several may be valid", first.exists() and enrolled(
        sandbox, folder, Request(folder, "DE*BBB*E66")).exists()

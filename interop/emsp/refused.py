"""What an eMSP, a CPO and an OEM may not do, and what cannot be, with the answer to each; and that nothing came of it."""

import base64
import uuid

import python_car
from own_emsp import Emsp, sign_body, text
from cryptography.hazmat.primitives.asymmetric import ec
from own_pki import EMAID, collection, install
from sandbox import DER

SIGN = "cps/contractData/sign"
CARS = "pcp/provisioningcertificates"
CONTRACTS = "ccp/signedcontractdata"
UNKNOWN = "WAUZZZ8V0KA999999"
SHORT = text(bytes(47))
OFF_THE_CURVE = text(b"\x04" + bytes(63) + b"\x01")


def checks(sandbox, codec, emsp):
    names = ("OEM A", "OEM B", "eMSP C", "eMSP D", "CPO B")
    oem_a, oem_b, emsp_c, emsp_d, cpo = (sandbox.parties[name] for name in names)
    pcid, [car, *_], _ = sandbox.car(0)
    before = state(oem_a, emsp_c, pcid)

    def sign(emaid="DECCCPYTHON002", named=None, by=emsp, to=pcid, **changes):
        body = sign_body(by, by.contract(named or emaid), to, car, emaid)
        body["contractCertificateBundle"].update(changes)
        return body

    short = base64.b64encode(bytes(47)).decode()
    calls = [
        ("no token", 401, "access token", sandbox, "GET", "rcp/rootcertificates", None),
        ("a contract of another provider", 403, "FREEE", emsp_c, "PUT", SIGN, sign("FREEEPYTHON002")),
        ("an eMSP without a PKI that signs", 403, "emspNoPki", emsp_d, "PUT", SIGN, sign("DEDDDPYTHON002")),
        ("a CPO that signs", 403, "cpo", cpo, "PUT", SIGN, sign()),
        ("a root that is not in the RCP", 400, "Unknown Root", emsp_c, "PUT", SIGN, sign(by=Emsp("Unknown"))),
        ("another EMAID than in the certificate", 400, "emaid", emsp_c, "PUT", SIGN, sign(named="DECCCPYTHON003")),
        ("a wrapped key of 47 bytes", 400, "47", emsp_c, "PUT", SIGN, sign(contractSignatureEncryptedPrivateKey=SHORT)),
        ("a point that is not on the curve", 400, "dHpublickey", emsp_c, "PUT", SIGN, sign(dHpublickey=OFF_THE_CURVE)),
        ("a bundle without a chain", 400, "required", emsp_c, "PUT", SIGN, sign(contractCertificateChain=None)),
        ("a contract for an unknown car", 404, "PCID", emsp_c, "PUT", SIGN, sign(to=UNKNOWN)),
        ("a body that is no JSON", 400, "JSON", emsp_c, "PUT", SIGN, b"{"),
        ("an eMSP that puts a root", 403, "emspOwnPki", emsp_c, "PUT", "rcp/rootcertificates", {}),
        ("the car of another maker", 403, "WAU", oem_b, "GET", f"{CARS}/{pcid}", None),
        ("the contract of another maker's car", 403, "WAU", oem_b, "GET", f"{CONTRACTS}/{EMAID}/{pcid}", None),
        ("the contract of another provider, deleted", 403, "DECCC", emsp_d, "DELETE", f"{CONTRACTS}/{EMAID}", None),
        ("a car that nobody published", 404, "PCID", emsp_c, "GET", f"{CARS}/{UNKNOWN}", None),
        ("a car with a letter outside ASCII", 400, "pcid", emsp_c, "GET", f"{CARS}/W%C3%84UZZZ8V0KA99999", None),
        ("a path that is none", 404, "path", emsp_c, "GET", "rcp/nothing", None),
    ]
    for name, expected, word, party, method, path, body in calls:
        status, answer = party.call(method, path, body)
        told = is_error(answer) and word in " ".join(answer["errorMessages"])
        yield f"{name}: {expected}", (status, told) == (expected, True)
    status, answer = emsp_c.call("PUT", SIGN, b"a=b", {"Content-Type": "application/x-www-form-urlencoded"})
    yield "a form in place of JSON: 415", (status, is_error(answer)) == (415, True)
    yield from installations(sandbox, codec, cpo, car)
    yield "nothing has changed", state(oem_a, emsp_c, pcid) == before


def installations(sandbox, codec, cpo, car):
    """Requests that are not the car's, with what a station can tell the car all the same."""
    _, [without, *_], key = sandbox.car(4)
    stranger = ec.generate_private_key(ec.SECP256R1())
    roots = [sandbox.root("V2G")]
    cases = [
        ("a request signed by another key", 400, "FAILED_SignatureError", car, stranger),
        ("a car without a contract", 404, "FAILED_NoCertificateAvailable", without, key),
    ]
    for name, expected, code, certificate, signer in cases:
        request = python_car.request(codec, "0102030405060708", certificate.public_bytes(DER), signer, roots)
        status, answer = install(cpo, request)
        told = codec.decode(base64.b64decode(collection(answer)[0]["certificateInstallationRes"]))
        response = told.body.certificate_installation_res.response_code
        yield f"{name}: {expected}, {code}", (status, is_error(answer), response) == (expected, True, code)
        yield f"{name}: the answer is for the same session", told.header.session_id == "0102030405060708"
    status, answer = install(cpo, request[:-1])
    unread = status == 400 and is_error(answer) and "signedContractDataCollection" not in answer
    yield "a request without its last byte: 400 and no EXI", unread


def state(oem, emsp, pcid):
    return oem.call("GET", f"ccp/contractData/pcid/{pcid}"), emsp.call("GET", "rcp/rootcertificates")


def is_error(answer):
    """At least one message, none twice, and a trace id."""
    messages = answer["errorMessages"]
    uuid.UUID(answer["traceId"])
    return 0 < len(messages) == len(set(messages)) and all(isinstance(message, str) and message for message in messages)

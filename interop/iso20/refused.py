"""What is refused of ISO 15118-20, with the answer to each; and that nothing came of it."""

import base64

import python_car
from cryptography.hazmat.primitives.asymmetric import ec
from own_emsp import Emsp, sign_body, sign_body20, text
from own_pki import CAR, EMAIDS, collection, install, root20
from python_car20 import COMMON, request
from python_pki import point
from sandbox import DER, ISO2, ISO20

SIGN = "cps/contractData/sign"
SESSION = "0102030405060708"
# Of the other car, and of nobody.
OTHERS = ["DEDDDC00000011", "DEXXXC00000099"]


def checks(sandbox, codec, emsp):
    emsp_c, cpo, oem = (sandbox.parties[name] for name in ("eMSP C", "CPO B", "OEM A"))
    pcid, chain, key = sandbox.car(*CAR)
    _, [car2, *_], key2 = sandbox.car(0)
    before = oem.call("GET", f"ccp/contractData/pcid/{pcid}")

    def sign(namespace=ISO20, named=None, **changes):
        body = sign_body20(emsp, emsp.contract(named or "DECCCPYTHON210"), pcid, chain[0], "DECCCPYTHON210")
        body["contractCertificateBundle"].update(changes)
        return body | {"xsdMsgDefNamespace": namespace}

    old = Emsp("Old")
    of_iso2 = sign_body(old, old.contract("DECCCPYTHON210"), pcid, car2, "DECCCPYTHON210")
    p256 = text(point(ec.generate_private_key(ec.SECP256R1()).public_key()))
    off_the_curve = text(b"\x04" + bytes(131) + b"\x01")
    too_long = {"certificate": text(bytes(1601)), "subCa1Certificate": text(b"0")}
    calls = [
        ("contract data of -20 under the namespace of -2", "ISO 15118-2", sign(ISO2)),
        ("contract data of -2 under the namespace of -20", "ISO 15118-20", of_iso2 | {"xsdMsgDefNamespace": ISO20}),
        ("a point of secp256r1", "dHpublickey : must have 133", sign(dHpublickey=p256)),
        ("a point that is not on the curve", "secp521r1", sign(dHpublickey=off_the_curve)),
        ("an X448 key for a car on secp521r1", "X448", sign(**wrapped(84, 56))),
        ("a key of 207 bytes", "207", sign(**wrapped(207, 133))),
        ("another EMAID than in the certificate", "emaid", sign(named="DECCCPYTHON211")),
        ("a certificate of 1,601 bytes", "1600", sign(contractCertificateChain=too_long)),
    ]
    for name, word, body in calls:
        status, answer = emsp_c.call("PUT", SIGN, body)
        yield f"{name}: 400", status == 400 and word in " ".join(answer["errorMessages"])
    yield from installations(sandbox, codec, cpo, (chain, key), (car2, key2))
    yield "nothing has changed", oem.call("GET", f"ccp/contractData/pcid/{pcid}") == before


def installations(sandbox, codec, cpo, car, car2):
    v2g = root20(sandbox, "V2G")
    good = request(codec, SESSION, *car, [v2g])
    certificate, key2 = car2
    old = python_car.request(python_car.Codec(), SESSION, certificate.public_bytes(DER), key2, [sandbox.root("V2G")])
    for name, exi, namespace in [("-20 under -2", good, ISO2), ("-2 under -20", old, ISO20)]:
        status, answer = install(cpo, exi, namespace)
        yield f"a request of {name}: 400", status == 400 and "EXI format is invalid!" in answer["errorMessages"]
    status, answer = install(cpo, request(codec, SESSION, *car, [v2g], maximum=0))
    yield "no contracts asked for: 400, FAILED", (status, code(codec, answer)) == (400, "FAILED")
    chain, key = car
    status, answer = install(cpo, request(codec, SESSION, chain, ec.generate_private_key(key.curve), [v2g]))
    told = (status, code(codec, answer))
    yield "signed by another key: 400, FAILED_SignatureError", told == (400, "FAILED_SignatureError")
    status, answer = install(cpo, request(codec, SESSION, *car, [sandbox.root("V2G")]))
    told = (status, code(codec, answer))
    yield "a car that trusts no CPS here: 404", told == (404, "WARNING_NoContractMatchingPCIDFound")

    status, answer = install(cpo, request(codec, SESSION, *car, [v2g], maximum=9, emaids=OTHERS))
    names = [one["emaid"] for one in collection(answer)]
    yield "EMAIDs of others are ignored", (status, names) == (200, EMAIDS)
    yield "and nothing about them is told", not any(other in str(answer) for other in OTHERS)
    for length in [*range(0, len(good), 37), len(good) - 1]:
        status, answer = install(cpo, good[:length])
        if status != 400 or "signedContractDataCollection" in answer:
            yield f"the first {length} bytes of a request: {status}", False
    yield "what is cut off is refused", True
    status, answer = install(cpo, good + bytes(2 << 20))
    yield "a request of two million bytes: 413", status == 413


def wrapped(key, dh_key):
    """Members of a bundle with these lengths."""
    return {"contractSignatureEncryptedPrivateKey": text(b"\x01" * key), "dHpublickey": text(b"\x01" * dh_key)}


def code(codec, answer):
    """The response code of the one message in a refusal."""
    [one] = collection(answer)
    message = codec.package.from_exi(base64.b64decode(one["certificateInstallationRes"]), COMMON)
    assert message.header.session_id == SESSION
    return message.response_code.value

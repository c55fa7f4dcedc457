"""Three contracts of an eMSP with its own PKI on secp521r1, of which the car asks for two."""

import base64
import os

from cryptography import x509
from own_emsp import root_body, sign_body20, text
from python_car20 import COMMON, accept, request
from python_iso20 import CURVE, scalar
from python_pki import der, verify_chain
from sandbox import DER, ISO20

# The last has more characters than ISO 15118-2 could carry.
EMAIDS = ["DECCCPYTHON201", "DECCCPYTHON202", "DECCCPYTHON20333333"]
# The first car of ISO 15118-20 has no contract of it yet.
CAR = (0, "vehicles20")


def root20(sandbox, kind):
    """The root of a type that is on secp521r1."""
    keys = ((root, root.public_key()) for root in sandbox.roots(kind))
    return next(root for root, key in keys if getattr(getattr(key, "curve", None), "name", None) == CURVE.name)


def checks(sandbox, codec, emsp):
    admin, emsp_c, cpo = (sandbox.parties[name] for name in ("Operator", "eMSP C", "CPO B"))
    status, answer = admin.call("PUT", "rcp/rootcertificates", root_body(emsp.root.certificate, "eMSP"))
    yield "a root on secp521r1 enters the RCP without a warning", status == 200 and "warnings" not in answer

    pcid, chain, key = sandbox.car(*CAR)
    car = fetch(emsp_c, pcid)
    yield "the car of ISO 15118-20 in the PCP is the car in the sandbox", car == chain
    verify_chain([*car, root20(sandbox, "OEM")])
    contracts = {}
    v2g = root20(sandbox, "V2G")
    for emaid in EMAIDS:
        contract = contracts[emaid] = emsp.contract(emaid)
        status, answer = emsp_c.call("PUT", "cps/contractData/sign", sign_body20(emsp, contract, pcid, car[0], emaid))
        yield f"the CPS signs {emaid}", status == 201
        signed = base64.b64decode(answer["signedContractData"]["certificateInstallationRes"])
        installed = accept(codec, signed, car[0], key, v2g)
        yield f"{emaid}: the car accepts what was signed", (installed.emaid, installed.key) == (emaid, scalar(contract.key))

    session = os.urandom(8).hex().upper()
    asked = request(codec, session, chain, key, [v2g], maximum=2, emaids=[EMAIDS[2]])
    status, answer = install(cpo, asked)
    entries = collection(answer)
    yield "the CPO gets two contracts", (status, [one["emaid"] for one in entries]) == (200, [EMAIDS[2], EMAIDS[0]])
    for emaid, remaining, entry in zip((EMAIDS[2], EMAIDS[0]), (2, 1), entries):
        message = base64.b64decode(entry["certificateInstallationRes"])
        installed = accept(codec, message, car[0], key, v2g)
        contract = contracts[emaid]
        yield f"{emaid}: signature and chain of the CPS hold", installed is not None
        yield f"{emaid}: the key opens, and is the one that was made", installed.key == scalar(contract.key)
        told = (installed.emaid, installed.remaining, installed.session)
        yield f"{emaid}: name, what remains, and the session", told == (emaid, remaining, session)
        sent = [one.public_bytes(DER) for one in installed.chain]
        yield f"{emaid}: the chain is the one that was sent", sent == [der(contract), *map(der, emsp.subs)]
        again = codec.package.to_exi(codec.package.from_exi(message, COMMON), COMMON)
        yield f"{emaid}: EXIficient writes the message byte for byte", again == message
    status, answer = install(cpo, request(codec, session, chain, key, [v2g], maximum=255))
    names = [one["emaid"] for one in collection(answer)]
    yield "asked for more than there are, it gets all, the default first", (status, names) == (200, EMAIDS)


def fetch(party, pcid):
    """A provisioning certificate of ISO 15118-20 and its chain, leaf first."""
    status, answer = party.call("GET", f"pcp/provisioningcertificates/{pcid}?xsdMsgDefNamespace={ISO20}")
    assert status == 200, answer
    chain = answer["provisioningCertificate"]["provisioningCertificateChain"]
    names = ("certificate", "subCa2Certificate", "subCa1Certificate")
    return [x509.load_der_x509_certificate(base64.b64decode(chain[name])) for name in names]


def install(cpo, exi, namespace=ISO20):
    body = {"certificateInstallationReq": text(exi), "xsdMsgDefNamespace": namespace}
    return cpo.call("POST", "ccp/signedcontractdata", body)


def collection(answer):
    return answer["signedContractDataCollection"]

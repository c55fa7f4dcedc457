"""A contract of an eMSP with its own PKI, from its root to the key in the car."""

import base64
import os

import python_car
from own_emsp import root_body, sign_body, text
from cryptography import x509
from python_pki import der, extension, point, scalar, verify_chain
from sandbox import DER, ISO2

EMAID = "DECCCPYTHON001"


def checks(sandbox, codec, emsp):
    admin, emsp_c, cpo = (sandbox.parties[name] for name in ("Operator", "eMSP C", "CPO B"))
    short = all(len(extension(ca.certificate, x509.SubjectKeyIdentifier).digest) == 8 for ca in [emsp.root, *emsp.subs])
    yield "the Python eMSP has key identifiers of 8 bytes", short
    status, answer = admin.call("PUT", "rcp/rootcertificates", root_body(emsp.root.certificate, "eMSP"))
    yield "its root enters the RCP without a warning", status == 200 and "warnings" not in answer
    status, roots = emsp_c.call("GET", "rcp/rootcertificates?pkiType=eMSP")
    held = [base64.b64decode(root["caCertificate"]) for root in roots["rootCertificateCollection"]]
    yield "and is found there", status == 200 and der(emsp.root) in held

    pcid, chain, car_key = sandbox.car(0)
    car = fetch(emsp_c, pcid)
    yield "the car in the PCP is the car in the sandbox", car == chain
    verify_chain([*car, sandbox.root("OEM")])
    yield "its chain leads to the root of its maker", True

    contract = emsp.contract(EMAID)
    status, answer = emsp_c.call("PUT", "cps/contractData/sign", sign_body(emsp, contract, pcid, car[0], EMAID))
    yield "the CPS signs", status == 201 and answer["signedContractData"]["emaid"] == EMAID
    signed = base64.b64decode(answer["signedContractData"]["certificateInstallationRes"])
    v2g = sandbox.root("V2G")
    yield "verify_signature accepts what it signed", python_car.verify(codec, signed, v2g.public_bytes(DER))

    session = os.urandom(8).hex().upper()
    request = python_car.request(codec, session, chain[0].public_bytes(DER), car_key, [v2g])
    status, answer = install(cpo, request)
    yield "the CPO gets one contract for the car's request", status == 200 and len(collection(answer)) == 1
    [one] = collection(answer)
    yield "which is this one, for this car", (one["emaid"], one["pcid"]) == (EMAID, pcid)
    message = base64.b64decode(one["certificateInstallationRes"])
    yield "verify_signature accepts the message", python_car.verify(codec, message, v2g.public_bytes(DER))
    unwrapped = python_car.unwrap(codec, message, scalar(car_key))
    yield "decrypt_priv_key gives the key that was made", unwrapped == scalar(contract.key)
    decoded = codec.decode(message)
    response = decoded.body.certificate_installation_res
    yield "the session is the car's", decoded.header.session_id == session
    yield "all but the session is as it was signed", same_but_for_the_session(codec, message, signed)
    issued = response.contract_cert_chain
    sent = [issued.certificate, *issued.sub_certificates.certificates]
    yield "the contract chain is the one that was sent", sent == [der(contract), *map(der, emsp.subs)]
    verify_chain([*map(x509.load_der_x509_certificate, sent), emsp.root.certificate])
    belongs = python_car.public_point(unwrapped) == point(x509.load_der_x509_certificate(sent[0]).public_key())
    yield "and leads to its root, with the key in its leaf", belongs
    yield "EXIficient writes the message byte for byte", codec.encode(decoded) == message


def fetch(party, pcid):
    """A provisioning certificate and its chain, leaf first."""
    status, answer = party.call("GET", f"pcp/provisioningcertificates/{pcid}")
    assert status == 200, answer
    chain = answer["provisioningCertificate"]["provisioningCertificateChain"]
    names = ("certificate", "subCa2Certificate", "subCa1Certificate")
    return [x509.load_der_x509_certificate(base64.b64decode(chain[name])) for name in names]


def install(cpo, request):
    body = {"certificateInstallationReq": text(request), "xsdMsgDefNamespace": ISO2}
    return cpo.call("POST", "ccp/signedcontractdata", body)


def collection(answer):
    return answer["signedContractDataCollection"]


def same_but_for_the_session(codec, message, signed):
    original = codec.decode(signed)
    original.header.session_id = codec.decode(message).header.session_id
    return codec.encode(original) == message

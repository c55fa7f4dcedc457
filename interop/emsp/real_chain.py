"""A real car: the provisioning certificate and root of a PKI in the field."""

import base64

import python_car
from own_emsp import root_body, text
from cryptography import x509
from report import SHARED, skip
from sandbox import DER, ISO2

PCID = "DEHUBCOPNCPROVCER"
EMAID = "DEDDDPYTHON100"
FILES = {
    "certificate": f"oem-prov-leaf-{PCID}.pem",
    "subCa1Certificate": "oem-sub1-ca.pem",
    "subCa2Certificate": "oem-sub2-ca.pem",
}


def checks(sandbox, codec):
    folder = SHARED / "data" / "hubject-qa"
    if not folder.is_dir():
        skip("interop/emsp real chain", "no shared data")
        return

    def read(name):
        return x509.load_pem_x509_certificate((folder / name).read_bytes())

    admin, oem_b, emsp_d = (sandbox.parties[name] for name in ("Operator", "OEM B", "eMSP D"))

    chain = {name: text(read(file).public_bytes(DER)) for name, file in FILES.items()}
    publication = {"provisioningCertificateChain": chain, "xsdMsgDefNamespace": ISO2}
    status, answer = oem_b.call("PUT", "pcp/provisioningcertificates", publication)
    yield "a real car cannot be published before its root is known", status == 400
    status, answer = admin.call("PUT", "rcp/rootcertificates", root_body(read("v2g-root-ca-qa-g1.pem"), "V2G"))
    warned = [warning for warning in answer.get("warnings", []) if "extended key usage" in warning]
    yield "its root enters the RCP with a warning of its extended key usage", status == 200 and len(warned) == 1
    status, answer = oem_b.call("PUT", "pcp/provisioningcertificates", publication)
    yield "then the real car is published", status == 200
    status, answer = emsp_d.call("GET", f"pcp/provisioningcertificates/{PCID.lower()}")
    yield "and found", status == 200

    order = {
        "emaid": EMAID,
        "pcid": PCID,
        "contractBegins": "2026-11-01T00:00:00Z",
        "contractEnds": "2028-01-01T00:00:00Z",
        "xsdMsgDefNamespace": ISO2,
    }
    status, answer = emsp_d.call("PUT", "cps/contractData/generateandsign", order)
    yield "contract data are generated and signed for it", status == 201
    session = "3D4CBF93374ED89B"
    status, answer = oem_b.call("GET", f"ccp/signedcontractdata/{EMAID}/{PCID}?sessionID={session}")
    yield "its maker fetches them by EMAID and PCID", status == 200 and len(answer["signedContractDataCollection"]) == 1
    message = base64.b64decode(answer["signedContractDataCollection"][0]["certificateInstallationRes"])
    v2g = sandbox.root("V2G").public_bytes(DER)
    yield "verify_signature accepts them", python_car.verify(codec, message, v2g)
    other = read("v2g-root-ca-qa-g1.pem").public_bytes(DER)
    yield "and not under another root", not python_car.verify(codec, message, other)
    decoded = codec.decode(message)
    response = decoded.body.certificate_installation_res
    yield "EMAID and session are the ones asked for", (response.emaid.value, decoded.header.session_id) == (EMAID, session)
    wrapped = len(response.encrypted_private_key.value), len(response.dh_public_key.value)
    yield "a key of 48 bytes and a point of 65 come with them", wrapped == (48, 65)

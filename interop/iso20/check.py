"""Opens contract data of ISO 15118-20 that the services made and delivered, with other people's code.

`opnc demo --out` leaves what a car of ISO 15118-20 asked over HTTP and what it got. The PyPI package iso15118 decodes both
and encodes them again to the same bytes; `cryptography` unwraps the contract key and follows the chain of the CPS.

Usage: python3 interop/iso20/check.py, after `cargo build -p opnc`. Exits with 1 when anything differs.
"""

import hashlib
import logging
import pathlib
import subprocess
import sys
import tempfile
import warnings

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "common"))

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from iso15118.shared.messages.enums import Namespace
from python_car import Codec
from report import BINARIES, report

CURVE = ec.SECP521R1()


def main():
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    codec = Codec()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([BINARIES / "opnc", "demo", "--json", "--out", folder], check=True, stdout=subprocess.DEVNULL)
        report(checks(codec, pathlib.Path(folder) / "iso20"))


def checks(codec, folder):
    messages = {}
    for name in ("installation-req", "installation-res"):
        exi = (folder / f"{name}.exi").read_bytes()
        messages[name] = codec.exi.from_exi(exi, Namespace.ISO_V20_COMMON_MSG)
        again = codec.exi.to_exi(messages[name], Namespace.ISO_V20_COMMON_MSG)
        yield f"{name} is decoded and encoded to the same bytes", again == exi

    request, response = messages["installation-req"], messages["installation-res"]
    yield "two contracts were asked for, one by its name", (
        request.max_contract_cert_chains == 2 and len(request.prioritized_emaids.emaids) == 1
    )
    yield "two more are left behind the first answer", response.remaining_contract_cert_chains == 2

    data = response.signed_installation_data
    contract = x509.load_der_x509_certificate(data.contract_cert_chain.certificate)
    car = load_pem_private_key((folder / "vehicle-key.pem").read_bytes(), None)
    provisioning = x509.load_pem_x509_certificate((folder / "vehicle-chain.pem").read_bytes())
    pcid = provisioning.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    scalar = unwrap(car, data, contract, pcid)
    yield "the contract key unwraps and belongs to the contract certificate", (
        ec.derive_private_key(scalar, CURVE).public_key() == contract.public_key()
    )
    yield "another car's PCID does not open it", refused(car, data, contract, "WAUZZZGE7RA9999999")
    yield "another car's key does not open it", refused(ec.generate_private_key(CURVE), data, contract, pcid)
    yield "the contract is the one that the car named", (
        contract.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value == request.prioritized_emaids.emaids[0]
    )
    cps = x509.load_der_x509_certificate(response.cps_certificate_chain.certificate)
    sub_cas = response.cps_certificate_chain.sub_certificates.certificates
    above = [x509.load_der_x509_certificate(one) for one in sub_cas]
    root = x509.load_pem_x509_certificate((folder / "v2g-root.pem").read_bytes())
    yield "the chain of the CPS leads to the root", follows([cps, *above, root])


def unwrap(car, data, contract, pcid):
    peer = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data.dh_public_key)
    secret = car.exchange(ec.ECDH(), peer)
    key = hashlib.sha512(b"\0\0\0\1" + secret + b"\1UV").digest()[:32]
    key_id = contract.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    wrapped = data.secp521_encrypted_private_key
    associated = pcid.encode() + key_id.hex().upper().encode()
    return int.from_bytes(AESGCM(key).decrypt(wrapped[:12], wrapped[12:], associated), "big")


def refused(car, data, contract, pcid):
    try:
        unwrap(car, data, contract, pcid)
    except InvalidTag:
        return True
    return False


def follows(chain):
    for below, issuer in zip(chain, chain[1:]):
        below.verify_directly_issued_by(issuer)
    return True


if __name__ == "__main__":
    main()

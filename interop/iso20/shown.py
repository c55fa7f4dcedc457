"""Opens what `opnc demo --out` leaves of ISO 15118-20: what a car asked over HTTP, and what it got."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import python_iso20
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from python_car20 import COMMON, accept, certificates
from report import BINARIES


def checks(codec):
    with TemporaryDirectory() as folder:
        subprocess.run([BINARIES / "opnc", "demo", "--json", "--out", folder], check=True, stdout=subprocess.DEVNULL)
        yield from opened(codec, Path(folder) / "iso20")


def opened(codec, folder):
    exi = {name: (folder / f"{name}.exi").read_bytes() for name in ("installation-req", "installation-res")}
    request, response = (codec.package.from_exi(one, COMMON) for one in exi.values())
    for name, message in zip(exi, (request, response)):
        yield f"demo: {name} is decoded and encoded to the same bytes", codec.package.to_exi(message, COMMON) == exi[name]
    asked = (request.max_contract_cert_chains, len(request.prioritized_emaids.emaids))
    yield "demo: two contracts were asked for, one by its name", asked == (2, 1)
    yield "demo: two more are left behind the first answer", response.remaining_contract_cert_chains == 2

    key = load_pem_private_key((folder / "vehicle-key.pem").read_bytes(), None)
    car = x509.load_pem_x509_certificate((folder / "vehicle-chain.pem").read_bytes())
    root = x509.load_pem_x509_certificate((folder / "v2g-root.pem").read_bytes())
    installed = accept(codec, exi["installation-res"], car, key, root)
    yield "demo: digest, signature and chain of the CPS hold, and the contract key opens", installed.key is not None
    yield "demo: the contract is the one that the car named", installed.emaid == request.prioritized_emaids.emaids[0]
    data = response.signed_installation_data
    [contract, *_] = certificates(data.contract_cert_chain)
    wrapped = (data.dh_public_key, data.secp521_encrypted_private_key, contract)
    yield "demo: another PCID does not open it", python_iso20.opened(key, *wrapped, "WAUZZZGE7RA9999999") is None
    stranger = ec.generate_private_key(python_iso20.CURVE)
    opened_by_it = python_iso20.opened(stranger, *wrapped, python_iso20.pcid_of(car))
    yield "demo: another car's key does not open it", opened_by_it is None

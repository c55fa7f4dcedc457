"""Every form of body, every path, every credential: a charging station's certificate comes back."""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from client import Request, basic, bearer, curl, run

PATHS = ["/opnc/v1/pki/est/simpleenroll?caDomain=cpo&iso15118Version=ISO15118-2&algorithm=secp256r1",
         "/opnc/1.0/pki/est/simpleenroll?caDomain=cpo", "/.well-known/est/simpleenroll", "/.well-known/est/cpo/simpleenroll",
         "/.well-known/est/cpo-secp256r1/simpleenroll?iso15118Version=ISO15118-2"]


def bodies(request):
    der, pem = request.der.read_bytes(), request.pem.read_bytes()
    broken = base64.encodebytes(der)
    return {"PEM": pem, "PEM with CRLF": pem.replace(b"\n", b"\r\n"), "base64 of PEM": base64.b64encode(pem), "DER": der,
            "base64": base64.b64encode(der), "base64 in lines": broken, "base64 in lines with CRLF": broken.replace(b"\n", b"\r\n")}


def good(answer, request, folder):
    leaf = folder / "form.pem"
    headers = (answer.headers.get("content-type"), answer.headers.get("content-transfer-encoding"))
    if answer.status != 200 or headers != ("application/pkcs7-mime; smime-type=certs-only", "base64"):
        print(answer.status, answer.headers, answer.body)
        return False
    read = answer.certificates(leaf)
    key = run("openssl", "pkey", "-in", request.key, "-pubout").stdout
    return read and run("openssl", "x509", "-in", leaf, "-noout", "-pubkey").stdout == key


def checks(sandbox, folder):
    names = list(bodies(Request(folder, "DE*BBB*E0")))
    for number, name in enumerate(names):
        request = Request(folder, f"DE*BBB*E{number}")
        body = folder / "body"
        body.write_bytes(bodies(request)[name])
        credential = (basic if number % 2 else bearer)(sandbox, "CPO B")
        answer = curl(sandbox, PATHS[number % len(PATHS)], *credential, body=body)
        yield f"a request in {name} is answered with a certificate", good(answer, request, folder)
    for path in PATHS:
        for credential in [bearer, basic]:
            request = Request(folder, "DE*BBB*E1")
            answer = curl(sandbox, path, *credential(sandbox, "CPO B"), body=request.pem)
            yield f"{credential.__name__} at {path}", good(answer, request, folder)
    # Clients such as libest show a secret only when they are asked for it (RFC 7030, 3.2.3).
    request = Request(folder, "DE*BBB*E1")
    command = ["curl", "--silent", "--noproxy", "*", "--anyauth", *basic(sandbox, "CPO B"), "--output", folder / "asked",
               "--write-out", "%{http_code}", "--header", "Content-Type: application/pkcs10", "--data-binary", f"@{request.pem}",
               sandbox.announced["baseUrl"] + PATHS[2]]
    yield "a client that waits to be asked for HTTP Basic", run(*command).stdout == b"200"
    root = next(sandbox.roots("V2G")).fingerprint(SHA256()).hex()
    for name in ["cpoV2GRootCertificateFingerprint", "v2gRootCertificateFingerprint"]:
        request = Request(folder, "DE*BBB*E1")
        answer = curl(sandbox, f"{PATHS[0]}&{name}={root}", *bearer(sandbox, "CPO B"), body=request.pem)
        yield f"{name} of the V2G root", good(answer, request, folder)
    for label, words in {"cpo": ["prime256v1", "ecdsa-with-SHA256"], "cpo-secp521r1": ["secp521r1", "ecdsa-with-SHA512"],
                         "cpo-Ed448": ["ED448"]}.items():
        answer = curl(sandbox, f"/.well-known/est/{label}/csrattrs", *basic(sandbox, "CPO B"))
        der = run("openssl", "base64", "-d", stdin=answer.body).stdout
        parsed = run("openssl", "asn1parse", "-inform", "DER", stdin=der).stdout.decode()
        yield f"csrattrs of {label} asks for {', '.join(words)}", all(word in parsed for word in words)

    # Renewal: the same subject with a new key, by the party; a subject that has nothing is refused.
    request = Request(folder, "DE*BBB*E1")
    answer = curl(sandbox, "/.well-known/est/cpo/simplereenroll", *basic(sandbox, "CPO B"), body=request.pem)
    yield "simplereenroll by the party", good(answer, request, folder)
    again = curl(sandbox, "/.well-known/est/cpo/simplereenroll", *basic(sandbox, "CPO B"), body=request.pem)
    yield "the key of the certificate that is renewed is refused", again.status == 400 and "new key" in again.messages()
    request = Request(folder, "DE*BBB*ENEW")
    answer = curl(sandbox, "/.well-known/est/cpo/simplereenroll", *basic(sandbox, "CPO B"), body=request.pem)
    yield "there is nothing to renew for a new subject", answer.status == 400 and "simpleenroll" in answer.messages()

"""All three algorithms and all five domains: what was issued has the right form, and `openssl verify` accepts the chain."""

from client import Request, chain, enrolled, run, text

# Domain, party, name asked for, name in the certificate, DC, what the key is for.
DOMAINS = [
    ("cpo", "CPO B", "DE*BBB*E45B*78C", "DE*BBB*E45B*78C", "CPO", "Digital Signature, Key Agreement"),
    ("emsp", "eMSP D", "DE-DDD-C12345678", "DEDDDC12345678", "MO",
     "Digital Signature, Non Repudiation, Key Encipherment, Key Agreement"),
    ("oem", "OEM A", "WAUENR0LLED000001", "WAUENR0LLED000001", "OEM", "Digital Signature, Key Agreement"),
    ("veh", "OEM A", "WAUENR0LLED000001", "WAUENR0LLED000001", "OEM", "Digital Signature, Key Agreement"),
    ("cps", "CPS X", "CPS X", "CPS X", "CPS", "Digital Signature"),
]
ALGORITHMS = [("ISO15118-2", "secp256r1", 800), ("ISO15118-20", "secp521r1", 1600), ("ISO15118-20", "Ed448", 1600)]


def checks(sandbox, folder):
    for iso, algorithm, limit in ALGORITHMS:
        for domain, party, asked, name, component, usage in DOMAINS:
            query = f"caDomain={domain}&iso15118Version={iso}&algorithm={algorithm}"
            leaf = enrolled(sandbox, folder, Request(folder, asked, algorithm), query, party)
            subs, root, sub_count, root_count = chain(sandbox, folder, query, party)
            verified = run("openssl", "verify", "-x509_strict", "-CAfile", root, "-untrusted", subs, leaf, good=False)
            said = f"{domain} with {algorithm}"
            yield f"{said}: openssl verify -x509_strict", verified.returncode == 0
            yield f"{said}: cacerts has two sub CAs and the root", (sub_count, root_count) == (2, 1)
            shown = text(leaf)
            subject = run("openssl", "x509", "-in", leaf, "-noout", "-subject", "-nameopt", "multiline").stdout.decode()
            if domain == "cpo" and iso == "ISO15118-20":
                component = "CSO"
            form = [f"= {name}\n" in subject, f"= {component}\n" in subject, f"\n                {usage}\n" in shown,
                    "CA:FALSE" in shown, "Subject Alternative Name" not in shown]
            yield f"{said}: the certificate is what its profile says", all(form)
            der = run("openssl", "x509", "-in", leaf, "-outform", "DER").stdout
            yield f"{said}: {len(der)} of {limit} bytes", len(der) <= limit

"""An enrolled certificate of a charging station in a TLS 1.3 handshake, checked up to the V2G root."""

import contextlib
import socket
import subprocess
import time

from client import Request, chain, enrolled


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(port, leaf, key, subs):
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", leaf, "-key", key, "-cert_chain", subs,
               "-tls1_3", "-quiet"]
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def checks(sandbox, folder):
    for iso, algorithm in [("ISO15118-2", "secp256r1"), ("ISO15118-20", "secp521r1"), ("ISO15118-20", "Ed448")]:
        query = f"caDomain=cpo&iso15118Version={iso}&algorithm={algorithm}"
        request = Request(folder, "DE*BBB*ETLS", algorithm)
        leaf = enrolled(sandbox, folder, request, query)
        subs, root, _, _ = chain(sandbox, folder, query)
        port = free_port()
        with server(port, leaf, request.key, subs):
            command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_3", "-CAfile", str(root),
                       "-verify_return_error", "-sigalgs", "ecdsa_secp256r1_sha256:ecdsa_secp521r1_sha512:ed448"]
            done = subprocess.run(command, input=b"Q\n", capture_output=True, timeout=30)
        out = done.stdout.decode(errors="replace")
        good = done.returncode == 0 and "Verify return code: 0 (ok)" in out and "TLSv1.3" in out
        if not good:
            print(out, done.stderr.decode(errors="replace"))
        yield f"TLS 1.3 with a SECC certificate of {algorithm}, up to the V2G root", good

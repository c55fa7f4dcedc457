"""The lines that the sandbox shows to try, run by a shell word for word, in another directory than the sandbox's."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from report import BINARIES, skip

EXPECTED = ["200", "200", "200", "201", "200", "200", "200", "200", "200"]


def checks(sandbox):
    if not shutil.which("curl"):
        skip("interop/emsp curl", "no curl")
        return
    text = "".join(sandbox.greeting)
    _, lines = text.split("Try, in another terminal:\n")
    with tempfile.TemporaryDirectory() as home:
        # Statuses go to the standard error, by curl's own settings and not by changed lines.
        (pathlib.Path(home) / ".curlrc").write_text('write-out = "%{stderr}%{http_code}\\n"\n', encoding="utf-8")
        path = f"{BINARIES}:{os.environ['PATH']}"
        environment = {**os.environ, "CURL_HOME": home, "no_proxy": "127.0.0.1", "PATH": path}
        done = subprocess.run(["sh", "-eu"], input=lines, capture_output=True, encoding="utf-8", cwd=home, env=environment)
    statuses = done.stderr.split()
    yield f"curl gets {', '.join(EXPECTED)}", (done.returncode, statuses) == (0, EXPECTED)
    # The answers to cars, one behind the other without a line between them.
    bodies = re.finditer(r'{"signedContractDataCollection"', done.stdout)
    answers = [json.JSONDecoder().raw_decode(done.stdout, body.start())[0] for body in bodies]
    pcids = [[one["pcid"] for one in answer["signedContractDataCollection"]] for answer in answers]
    [first, alone] = sandbox.announced["vehicles"][0]["pcid"], sandbox.announced["vehicles20"][1]["pcid"]
    yield "a contract for the first car, and two for the one of ISO 15118-20 alone", pcids == [[first], [alone, alone]]

"""The page docs/how-to/enrol.md, run by a shell word for word beside a sandbox."""

import os
import re
import subprocess

from report import BINARIES, ROOT


def checks(sandbox, folder):
    page = (ROOT / "docs/how-to/enrol.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL))
    script = script.replace("http://127.0.0.1:8090", sandbox.announced["baseUrl"])
    home = folder / "manual"
    home.mkdir()
    (home / "opnc-sandbox").symlink_to(sandbox.folder, target_is_directory=True)
    environment = {**os.environ, "PATH": f"{BINARIES}:{os.environ['PATH']}", "no_proxy": "127.0.0.1"}
    done = subprocess.run(["bash", "-euo", "pipefail"], input=script, capture_output=True, encoding="utf-8", cwd=home,
                          env=environment, timeout=120)
    good = done.returncode == 0 and "station.pem: OK" in done.stdout and '"reason": "keyCompromise"' in done.stdout
    if not good:
        print(done.stdout, done.stderr)
    yield "docs/how-to/enrol.md does what it says", good
    yield "and the tree has CAs of every domain", all(word in done.stdout for word in ["cpoIssuing", "oemIssuing", "Ed448"])

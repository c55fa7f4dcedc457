"""A page of docs/how-to, run by a shell word for word beside a sandbox."""

import os
import re
import subprocess

from report import BINARIES, ROOT


def run(page, sandbox, folder):
    """All blocks marked `sh` as one script, in a folder where opnc-sandbox is the sandbox's; what became of it."""
    text = (ROOT / "docs/how-to" / page).read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL))
    script = script.replace("http://127.0.0.1:8090", sandbox.announced["baseUrl"])
    home = folder / "manual"
    home.mkdir()
    (home / "opnc-sandbox").symlink_to(sandbox.folder, target_is_directory=True)
    environment = {**os.environ, "PATH": f"{BINARIES}:{os.environ['PATH']}", "no_proxy": "127.0.0.1"}
    command = ["bash", "-euo", "pipefail"]
    options = {"capture_output": True, "encoding": "utf-8", "timeout": 120}
    return subprocess.run(command, input=script, cwd=home, env=environment, **options)

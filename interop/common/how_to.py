"""A page of docs/how-to, run by a shell word for word beside a sandbox."""

import os
import pathlib
import re
import subprocess

from report import BINARIES, ROOT


def blocks(page):
    """The blocks of a page that are marked `sh`."""
    text = (ROOT / "docs/how-to" / page).read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)


def run(page, sandbox, folder):
    """All blocks as one script, in a folder where opnc-sandbox is the sandbox's; what became of it."""
    script = "\n".join(blocks(page)).replace("http://127.0.0.1:8090", sandbox.announced["baseUrl"])
    home = folder / pathlib.Path(page).stem
    home.mkdir()
    (home / "opnc-sandbox").symlink_to(sandbox.folder, target_is_directory=True)
    return shell(script, home)


def shell(script, home):
    """What became of a script in a folder."""
    environment = {**os.environ, "PATH": f"{BINARIES}:{os.environ['PATH']}", "no_proxy": "127.0.0.1"}
    command = ["bash", "-euo", "pipefail"]
    options = {"capture_output": True, "encoding": "utf-8", "timeout": 120}
    return subprocess.run(command, input=script, cwd=home, env=environment, **options)

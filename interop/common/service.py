"""An ecosystem made by `opnc init --defaults` and served by `opnc serve`, as an operator would have it."""

import base64
import json
import signal
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from report import BINARIES

# The service is on this machine; a proxy in the environment is not for it.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    """A port that nobody listens on, for addresses that have to be known before the service begins."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Service:
    """Made at once, started when entered, ended when left. `settings` are lines of opnc.toml by section."""

    def __init__(self, folder, settings=None, base_url=None, database=None):
        self.folder = folder
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = base_url or f"http://{self.address}"
        self.config = folder / "opnc.toml"
        arguments = ["--listen", self.address, "--base-url", self.url]
        arguments += ["--database", database] if database else []
        self.said = opnc("init", "--defaults", *arguments, "--config", self.config).stdout
        for section, lines in (settings or {}).items():
            self.configure(lambda text: with_lines(text, f"[{section}]\n", lines))

    def configure(self, change):
        self.config.write_text(change(self.config.read_text(encoding="utf-8")), encoding="utf-8")

    def __enter__(self):
        self.log = open(self.folder / "log", "w+b")
        command = [BINARIES / "opnc", "serve", "--config", self.config]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, encoding="utf-8")
        ready = self.process.stdout.readline()
        if not ready.startswith("opnc is ready"):
            self.process.wait(10)
            raise RuntimeError((self.folder / "log").read_text(encoding="utf-8"))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()

    def hang_up(self, lines=1):
        """SIGHUP, and the lines that tell what became of it: of the log level, and with TLS of the certificates."""
        self.process.send_signal(signal.SIGHUP)
        return [self.process.stdout.readline() for _ in range(lines)]

    def opnc(self, *arguments):
        """A verb of the program, on this ecosystem."""
        return opnc(*arguments, "--config", self.config)

    def party(self, name, role, *identifiers):
        """A new party: its id, client id and secret."""
        return json.loads(self.opnc("party", "add", name, "--role", role, *identifiers, "--output", "json").stdout)

    def token(self, party):
        credentials = base64.b64encode(f"{party['clientId']}:{party['clientSecret']}".encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        status, answer = self.call("POST", "/oauth2/token", form, {"Authorization": f"Basic {credentials}"})
        assert status == 200, answer
        return json.loads(answer)["access_token"]

    def call(self, method, path, body=None, headers=()):
        """Status and text of an answer."""
        return send(urllib.request.Request(self.url + path, body, dict(headers), method=method))


def with_lines(text, header, lines):
    """The file with these lines in the section, which may be there already."""
    if header in text and not header.startswith("[["):
        return text.replace(header, f"{header}{lines}\n", 1)
    return f"{text}\n{header}{lines}\n"


def send(request):
    try:
        answer = OPENER.open(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.read().decode()


def opnc(*arguments):
    command = [BINARIES / "opnc", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return done

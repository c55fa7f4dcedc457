"""The two engines as the checks need them: where the tables are, and what an outsider reads in them."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.parse
import uuid


class Sqlite:
    name = "SQLite"

    def __init__(self, file):
        self.url = f"sqlite:{file}"
        self.file = file

    def rows(self, statement):
        with contextlib.closing(sqlite3.connect(self.file, timeout=10)) as connection:
            return [tuple(map(str, row)) for row in connection.execute(statement)]

    def sound(self):
        return self.rows("PRAGMA integrity_check") == [("ok",)] and not self.rows("PRAGMA foreign_key_check")


class Postgres:
    """A database on the server of this URL, which names another one, made when entered and dropped when left."""

    name = "PostgreSQL"

    def __init__(self, server):
        self.server = server
        self.database = f"opnc_interop_{uuid.uuid4().hex}"
        self.url = urllib.parse.urlsplit(server)._replace(path=f"/{self.database}").geturl()
        if not self.url.startswith("postgres://"):
            # Without a host, urllib leaves the two slashes out.
            self.url = self.url.replace("postgres:", "postgres://", 1)

    def __enter__(self):
        psql(self.server, f"CREATE DATABASE {self.database}")
        return self

    def __exit__(self, *_):
        psql(self.server, f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def rows(self, statement):
        return [tuple(line.split("\t")) for line in psql(self.url, statement).splitlines()]

    def sound(self):
        return self.rows("SELECT 1") == [("1",)]


def psql(url, statement):
    command = [shutil.which("psql") or programs() / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    command += ["--field-separator", "\t", "--set", "ON_ERROR_STOP=1", "--dbname", url, "--command", statement]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def programs():
    """The folder of PostgreSQL's programs, None without. Debian keeps them out of the path, one folder per version."""
    found = [pathlib.Path(shutil.which("initdb") or "/nowhere"), *pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return next((program.parent for program in found if program.exists()), None)


class Cluster:
    """A PostgreSQL of our own, to be stopped and started. It runs as `postgres` where we are root, as it insists on."""

    def __enter__(self):
        # The path of a socket must be short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="opnc-interop.", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        try:
            locale = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
            self.run("initdb", "--no-sync", *locale, "--pgdata", self.folder / "data")
            self.start()
        except BaseException:
            self.__exit__()
            raise
        self.url = f"postgres:///postgres?user=postgres&host={self.folder}"
        return self

    def __exit__(self, *_):
        with contextlib.suppress(RuntimeError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, verb="start"):
        # Nothing is synced, as this machine does not crash; a commit is written before it is answered all the same.
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self.control(verb, "--wait", "--log", self.folder / "log", "--options", options)

    def stop(self):
        self.control("stop", "--wait")

    def restart(self):
        self.start("restart")

    def control(self, verb, *options):
        mode = [] if verb == "start" else ["--mode", "immediate"]
        self.run("pg_ctl", verb, *mode, "--silent", "--pgdata", self.folder / "data", *options)

    def run(self, program, *arguments):
        command = [programs() / program, *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # Not pipes: the server would keep them open.
        said = self.folder / "said"
        with open(said, "w", encoding="utf-8") as output:
            done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{program} {arguments}: {said.read_text(encoding='utf-8')}")

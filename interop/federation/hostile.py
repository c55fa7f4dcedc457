"""A pool that no operator would want as a peer, in plain Python: for each car that it is asked about it does something else."""

import http.client
import json
import socketserver
import threading
import time
import urllib.parse


class Hostile:
    """Listens on a port of its own. `cars` says, by PCID, what is done: one of the methods of `Question`, or a body to
    answer with."""

    def __init__(self):
        self.cars = {}
        self.questions = []
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Question, bind_and_activate=True)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.server.pool = self
        self.ended = threading.Event()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()

    def asked(self, pcid):
        """The headers of each question about this car."""
        return [headers for line, headers in self.questions if pcid in line]


class Question(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            while line := self.rfile.readline(65536).decode().strip():
                headers = http.client.parse_headers(self.rfile)
                body = self.rfile.read(int(headers.get("content-length", 0)))
                if not self.answer(line, headers, body):
                    return
        except OSError:
            pass

    def answer(self, line, headers, body):
        """Whether the connection goes on."""
        if "/oauth2/token" in line:
            return self.json(200, {"access_token": "of-the-hostile-one", "token_type": "Bearer", "expires_in": 3600})
        pool = self.server.pool
        pool.questions.append((line, headers))
        path = urllib.parse.unquote(line.split()[1])
        behaviour = next((what for pcid, what in pool.cars.items() if pcid in path), None)
        if line.startswith("POST"):
            behaviour = pool.cars.get("installation")
        if isinstance(behaviour, str):
            return getattr(self, behaviour)(line, headers)
        return self.json(404, NOTHING) if behaviour is None else self.json(200, behaviour)

    def json(self, status, body):
        text = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
        self.wfile.write(head.encode() + text)
        return True

    def hangs(self, *_):
        self.server.pool.ended.wait(30)
        return False

    def dies_in_mid_answer(self, *_):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"provisio")
        return False

    def floods(self, *_):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        while not self.server.pool.ended.is_set():
            self.wfile.write(chunk)
        return False

    def answers_byte_by_byte(self, *_):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n")
        while not self.server.pool.ended.wait(0.05):
            self.wfile.write(b" ")
        return False

    def asks_back(self, line, headers):
        """Passes the question on to who asked, as a pool does that knows no broadcast header; and says what came back."""
        pool = self.server.pool
        begin = time.monotonic()
        pool.back = pool.ask_back(line.split()[1], headers)
        pool.back_took = time.monotonic() - begin
        return self.json(404, NOTHING)


NOTHING = {"errorMessages": ["nothing"], "traceId": "5f4e7a52-64a3-4c2a-8a25-0c3b6f1a9e11"}

"""A receiver of events in plain Python: it keeps what comes, and verifies with a few lines, as a partner's program would."""

import asyncio
import datetime
import hashlib
import hmac
import json
import threading
import time


# These lines are those of docs/how-to/events.md.
def verify(headers, body, secret, window=300):
    sent = headers.get("x-operator-signature", "").removeprefix("sha256=")
    mine = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(sent, mine):
        raise ValueError("wrong signature")
    event = json.loads(body)
    sent_at = datetime.datetime.fromisoformat(event["timestamp"].replace("Z", "+00:00")).timestamp()
    if abs(time.time() - sent_at) > window:
        raise ValueError("too old")
    return event


class Receiver:
    """Listens on a port of its own, and answers 200 to everything."""

    def __init__(self):
        self.received = []
        self.arrived = threading.Condition()
        self.ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        self.ready.wait(10)

    async def serve(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
        self.ready.set()
        await server.serve_forever()

    async def connection(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                with self.arrived:
                    self.received.append((headers, body))
                    self.arrived.notify_all()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def wait_until(self, enough, seconds):
        """What came, once `enough` says so of it; or all that came in that time."""
        with self.arrived:
            self.arrived.wait_for(lambda: enough(self.received), seconds)
            return list(self.received)

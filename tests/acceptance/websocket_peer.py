"""A real WebSocket server (Hypercorn) that speaks HTTP/1.1 and HTTP/2 on one port, and WebSocket's frames for clients of HTTP/2."""
import os
import struct
import subprocess
import sys
from pathlib import Path

from client import wait_until
from ports import free_port

TEXT, BINARY, CLOSE = 1, 2, 8


async def app(scope, receive, send):
    """The server's ASGI application: echoes messages, behind a greeting that says how it was reached. /refuse is 403."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        return await send({"type": "http.response.body", "body": scope["method"].encode()})
    if scope["type"] != "websocket":
        return None
    await receive()  # the wish to connect
    if scope["path"] == "/refuse":
        return await send({"type": "websocket.close"})
    wanted = scope["subprotocols"]
    await send({"type": "websocket.accept", "subprotocol": wanted[0] if wanted else None})
    await send({"type": "websocket.send", "text": f"HTTP/{scope['http_version']} {scope['path']}"})
    while (event := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": event.get("bytes"), "text": event.get("text")})
    return None


class WebSocketServer:
    def __init__(self, directory):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.log_file = directory / "hypercorn.log"
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "hypercorn", "--bind", self.address, "websocket_peer:app"],
                                            cwd=Path(__file__).parent, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
        wait_until(self._listens, "Hypercorn to listen")

    def _listens(self):
        log = self.log_file.read_text(errors="replace")
        assert self.process.poll() is None, log
        return "Running on" in log

    def stop(self):
        self.process.kill()
        self.process.wait()


def frame_of(opcode, payload):
    """A client's frame, masked with zeros (RFC 6455 §5.2)."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xFE" + struct.pack(">H", size) if size < 65536 else b"\xFF" + struct.pack(">Q", size)
    return bytes([0x80 | opcode]) + length + bytes(4) + payload


class Messages:
    """A server's frames, cut out of the bytes of a stream."""

    def __init__(self):
        self.buffer, self.whole = b"", []

    def add(self, data):
        self.buffer += data
        while len(self.buffer) >= 2:
            size, at = self.buffer[1], 2
            if size >= 126:
                at = 4 if size == 126 else 10
                size = int.from_bytes(self.buffer[2:at], "big")
            if len(self.buffer) < at + size:
                return
            self.whole.append((self.buffer[0], self.buffer[at:at + size]))
            self.buffer = self.buffer[at + size:]

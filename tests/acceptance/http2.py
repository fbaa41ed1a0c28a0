"""A client of HTTP/2 that says whatever a test wants, frame by frame. Header blocks are literal (RFC 7541 §6.2.2), so that every
byte of a name or a value is the test's own; answers' blocks are not decoded but for their status."""
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from client import PATIENCE
from tls_socket import TlsSocket

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS = 1, 1, 4
ENHANCE_YOUR_CALM, REFUSED_STREAM, INTERNAL_ERROR, PROTOCOL_ERROR, NO_ERROR = 11, 7, 2, 1, 0
STATUS_OF_INDEX = {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}
TABLE_SIZE, MAX_STREAMS, WINDOW, ENABLE_CONNECT = 1, 3, 4, 8


@dataclass
class Frame:
    type: int
    flags: int
    stream: int
    payload: bytes

    @property
    def settings(self):
        """Of SETTINGS."""
        return dict(struct.iter_unpack(">HI", self.payload))

    @property
    def code(self):
        """Of RST_STREAM and GOAWAY."""
        return struct.unpack(">I", self.payload[4:8] if self.type == GOAWAY else self.payload[:4])[0]

    @property
    def status(self):
        """Of a response's HEADERS: the first field, from the static table or as a literal with its name."""
        block = self.payload.lstrip(b"\x20")  # "the dynamic table is empty", as we asked for
        if block[0] & 0x80:
            return STATUS_OF_INDEX[block[0] & 0x7F]
        size = block[1] & 0x7F
        text = block[2:2 + size]
        return int(unhuffman(text) if block[1] & 0x80 else text)


def unhuffman(data):
    """Digits only: 0, 1 and 2 have five bits, the others six (RFC 7541, appendix B)."""
    bits = "".join(f"{byte:08b}" for byte in data)
    codes = {"00000": "0", "00001": "1", "00010": "2", **{f"{0x19 + i:06b}": str(3 + i) for i in range(7)}}
    text, at = "", 0
    while len(text) < 3:
        size = next(size for size in (5, 6) if bits[at:at + size] in codes)
        text += codes[bits[at:at + size]]
        at += size
    return text


def integer(value, bits, first=0):
    """RFC 7541 §5.1"""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = [first | most], value - most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes([*out, value])


def literal(name, value):
    name, value = (text.encode("latin-1") if isinstance(text, str) else text for text in (name, value))
    return b"\x00" + integer(len(name), 7) + name + integer(len(value), 7) + value


def block(fields):
    return b"".join(literal(name, value) for name, value in fields)


def request_fields(method="GET", path="/", authority="localhost", scheme="http", headers=()):
    return [(":method", method), (":scheme", scheme), (":authority", authority), (":path", path), *headers]


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def settings(values):
    return frame(SETTINGS, payload=b"".join(struct.pack(">HI", key, value) for key, value in values.items()))


class Connection2:
    def __init__(self, port, tls=None, own_settings=None, greet=True):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = TlsSocket(self.sock, tls)
        self.buffer = b""
        self.next_stream = 1
        if greet:
            self.send(PREFACE + settings({TABLE_SIZE: 0, **(own_settings or {})}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def try_send(self, data):
        """False once the other side has gone."""
        try:
            self.sock.sendall(data)
            return True
        except OSError:
            return False

    def read_frame(self):
        """The next frame; None at the end of the connection."""
        while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3], "big"):
            try:
                data = self.sock.recv(1 << 16)
            except ConnectionError:
                return None
            if not data:
                return None
            self.buffer += data
        size = int.from_bytes(self.buffer[:3], "big")
        head, payload, self.buffer = self.buffer[:9], self.buffer[9:9 + size], self.buffer[9 + size:]
        return Frame(head[3], head[4], struct.unpack(">I", head[5:9])[0] & 0x7FFFFFFF, payload)

    def frames(self):
        while (got := self.read_frame()) is not None:
            yield got

    def until(self, wanted):
        """The first frame that fits; all are dropped before it."""
        for got in self.frames():
            if wanted(got):
                return got
        raise AssertionError("the connection ended first")

    def open(self, fields=None, end=True, **keys):
        """Sends a request's HEADERS; its stream."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        payload = block(fields if fields is not None else request_fields(**keys))
        self.send(frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, payload))
        return stream

    def response(self, stream):
        """(status, body, trailers were there) or, if it was reset, (None, code, False)."""
        status, body, trailers = None, b"", False
        for got in self.frames():
            if got.type == DATA and got.payload:
                self.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", len(got.payload))))
            if got.stream != stream:
                continue
            if got.type == RST_STREAM:
                return (status, body, trailers) if got.code == NO_ERROR and status else (None, got.code, False)
            if got.type == HEADERS:
                trailers = status is not None and status >= 200
                status = status if trailers else got.status
            if got.type == DATA:
                body += got.payload
                if got.payload and not got.flags & END_STREAM:
                    self.send(frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", len(got.payload))))
            if got.type in (DATA, HEADERS) and got.flags & END_STREAM:
                return status, body, trailers
        return None, None, False

    def request(self, **keys):
        return self.response(self.open(**keys))


@dataclass
class Door:
    """Where a listener is to be found; `authority`: of its certificate, if it has one."""
    port: int
    authority: Optional[Path] = None

    def connect(self, **keys):
        return Connection2(self.port, self.authority, **keys)


class Sending:
    """A body on its way on one stream, as far as the windows let it; `widest` is the most that could be sent at once."""

    def __init__(self, connection, stream, window, shared=65535):
        self.connection, self.stream, self.window, self.shared = connection, stream, window, shared
        self.widest, self.sent = window, 0

    def take(self, got):
        """A frame that came."""
        if got.type != WINDOW_UPDATE:
            return
        size = struct.unpack(">I", got.payload)[0]
        if got.stream == self.stream:
            self.window += size
            self.widest = max(self.widest, self.window)
        elif got.stream == 0:
            self.shared += size

    def send(self, size):
        """All of it, and the end."""
        while self.sent < size:
            step = min(self.window, self.shared, 16384, size - self.sent)
            if step == 0:
                got = self.connection.read_frame()
                assert got, "the connection ended"
                self.take(got)
                continue
            self.sent += step
            self.window -= step
            self.shared -= step
            self.connection.send(frame(DATA, END_STREAM if self.sent == size else 0, self.stream, bytes(step)))

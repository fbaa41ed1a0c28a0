"""A client that sends the bytes it is given, and reads responses as strictly as RFC 9112 wants: an end is stated, or it
is an abort."""
import os
import select
import socket
import time
from dataclasses import dataclass, field

# How long anything may take before a test calls it lost. Sanitizers on two cores are slow.
SLOWNESS = 4 if os.environ.get("SLUICE_SANITIZE") else 1
PATIENCE = 10 * SLOWNESS


def wait_until(condition, what, seconds=PATIENCE):
    """Polls until condition() is true and returns what it returned."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what() if callable(what) else what}"
        time.sleep(0.01)
    return value


class Aborted(ConnectionError):
    """The peer closed or reset before a response was complete. `partial` is what had come."""

    def __init__(self, why, partial=b""):
        super().__init__(f"{why}, after {bytes(partial[-200:])!r}")
        self.partial = bytes(partial)


@dataclass
class Response:
    status: int
    version: str
    headers: list
    body: bytes = b""
    trailers: list = field(default_factory=list)
    interim: list = field(default_factory=list)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name, default=None):
        return next(iter(self.all(name)), default)

    def closes(self):
        return "close" in ",".join(self.all("Connection")).lower()


def parse_fields(lines):
    fields = []
    for line in lines:
        name, separator, value = line.partition(b":")
        assert separator and name and name == name.strip(), f"malformed field {line!r}"
        assert not any(c < 0x20 and c != 0x09 for c in line), f"control byte in {line!r}"
        fields.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
    return fields


class Connection:
    """A raw connection to Sluice; a context manager that closes itself."""

    def __init__(self, port, tls=None, server_name=None, session=None, address="127.0.0.1"):
        self.sock = socket.create_connection((address, port), timeout=PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname=server_name, session=session)
        self.buffer = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def send_bytewise(self, data):
        """One byte per segment, until the peer answers or closes."""
        for byte in data:
            if select.select([self.sock], [], [], 0)[0]:
                return
            try:
                self.sock.send(bytes([byte]))
            except (BrokenPipeError, ConnectionResetError):
                return
            os.sched_yield()

    def finish_sending(self):
        self.sock.shutdown(socket.SHUT_WR)

    def receive(self):
        try:
            data = self.sock.recv(1 << 18)
        except ConnectionResetError:
            raise Aborted("reset", self.buffer) from None
        self.buffer += data
        return data

    def _need(self, enough):
        while not enough():
            if not self.receive():
                raise Aborted("closed", self.buffer)

    def _line(self):
        self._need(lambda: b"\r\n" in self.buffer)
        line, _, rest = bytes(self.buffer).partition(b"\r\n")
        self.buffer = bytearray(rest)
        return line

    def read_exactly(self, size):
        self._need(lambda: len(self.buffer) >= size)
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def read_head(self):
        self._need(lambda: b"\r\n\r\n" in self.buffer)
        end = self.buffer.index(b"\r\n\r\n")
        start, *fields = bytes(self.buffer[:end]).split(b"\r\n")
        del self.buffer[:end + 4]
        version, status, *_ = start.split(b" ")
        assert version in (b"HTTP/1.1", b"HTTP/1.0") and len(status) == 3, f"bad status line {start!r}"
        return Response(int(status), version.decode(), parse_fields(fields))

    def read_chunk(self):
        """The next chunk's data; b"" is the last one, and its trailers follow."""
        size = int(self._line().split(b";")[0], 16)
        if not size:
            return b""
        data = self.read_exactly(size)
        assert self.read_exactly(2) == b"\r\n"
        return data

    def _read_trailers(self):
        lines = []
        while line := self._line():
            lines.append(line)
        return parse_fields(lines)

    def _read_chunked(self, response):
        body = bytearray()
        try:
            while chunk := self.read_chunk():
                body += chunk
            response.trailers = self._read_trailers()
        except Aborted as aborted:
            raise Aborted(str(aborted), body) from None
        response.body = bytes(body)

    def _read_to_end(self):
        while self.receive():
            pass
        return self.read_exactly(len(self.buffer))

    def read_response(self, method="GET"):
        interim = []
        while (response := self.read_head()).status < 200 and response.status != 101:
            interim.append(response)
        response.interim = interim
        lengths = response.all("Content-Length")
        assert len(lengths) <= 1 and not (lengths and response.all("Transfer-Encoding")), response.headers
        if method == "HEAD" or response.status in (101, 204, 304):
            return response
        if response.all("Transfer-Encoding") == ["chunked"]:
            self._read_chunked(response)
        elif lengths:
            response.body = self.read_exactly(int(lengths[0]))
        else:
            response.body = self._read_to_end()
        return response

    def request(self, method="GET", path="/", headers=(), body=None, host="localhost"):
        self.send(request_bytes(method, path, headers, body, host))
        return self.read_response(method)

    def is_closed(self, seconds=PATIENCE):
        """Waits for the peer to close; anything that it sends before that is a failure."""
        self.sock.settimeout(seconds)
        try:
            rest = bytes(self.buffer) + self.sock.recv(1 << 16)
        except (ConnectionResetError, BrokenPipeError):
            return True
        except TimeoutError:
            return False
        finally:
            self.sock.settimeout(PATIENCE)
        assert not rest, f"more bytes where the end was expected: {rest!r}"
        return True


def request_bytes(method="GET", path="/", headers=(), body=None, host="localhost"):
    fields = dict(headers) if not isinstance(headers, list) else headers
    fields = list(fields.items()) if isinstance(fields, dict) else fields
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"] + [f"{name}: {value}" for name, value in fields]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines + ["", ""]).encode("latin-1") + (body or b"")


def chunked(*chunks, trailers=()):
    """The body bytes for Transfer-Encoding: chunked."""
    data = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return data + b"0\r\n" + b"".join(b"%s: %s\r\n" % pair for pair in trailers) + b"\r\n"


def fetch(port, method="GET", path="/", headers=(), body=None, host="localhost", **connection):
    """One request on a connection of its own."""
    with Connection(port, **connection) as client:
        return client.request(method, path, headers, body, host)

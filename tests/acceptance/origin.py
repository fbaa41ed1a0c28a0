"""RawOrigin: an upstream whose answers are Python functions, and which records every byte that it gets."""
import socket
import struct
import threading
from dataclasses import dataclass, field

from client import parse_fields
from ports import free_port


@dataclass
class Request:
    method: str
    target: str
    version: str
    headers: list
    connection: "OriginConnection" = field(repr=False)
    body: bytes = b""
    trailers: list = field(default_factory=list)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name, default=None):
        return next(iter(self.all(name)), default)


class OriginConnection:
    """Sluice's connection to the origin, as the origin's handler sees it."""

    def __init__(self, origin, sock):
        self.origin = origin
        self.sock = sock
        self.buffer = bytearray()
        self.is_open = True
        self.ended = threading.Event()  # Sluice closed or reset its side
        self.done = threading.Event()   # nobody serves it any more

    def receive(self):
        """More bytes into the buffer; False when Sluice closed."""
        try:
            data = self.sock.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            self.ended.set()
            return False
        self.origin.bytes_log.append(data)
        self.buffer += data
        return True

    def read_line(self):
        while b"\r\n" not in self.buffer:
            if not self.receive():
                return None
        line, _, rest = bytes(self.buffer).partition(b"\r\n")
        self.buffer = bytearray(rest)
        return line

    def read_exactly(self, size):
        """`size` bytes, or fewer when Sluice closed before."""
        while len(self.buffer) < size and self.receive():
            pass
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def read_head(self):
        start = self.read_line()
        if start is None:
            return None
        lines = []
        while line := self.read_line():
            lines.append(line)
        if line is None:
            return None
        method, target, version = start.decode("latin-1").split(" ")
        return Request(method, target, version, parse_fields(lines), self)

    def read_chunk(self):
        """The next chunk's data; b"" for the last one; None when Sluice closed instead."""
        line = self.read_line()
        if line is None:
            return None
        size = int(line, 16)
        data = self.read_exactly(size)
        if not size:
            return b""
        return data if self.read_exactly(2) == b"\r\n" else None

    def read_body(self, request):
        """True when the body came to its stated end."""
        if request.get("Transfer-Encoding") == "chunked":
            while chunk := self.read_chunk():
                request.body += chunk
            if chunk is None:
                return False
            lines = []
            while line := self.read_line():
                lines.append(line)
            request.trailers = parse_fields(lines)
            return line is not None
        size = int(request.get("Content-Length", "0"))
        request.body = self.read_exactly(size)
        return len(request.body) == size

    def send(self, data):
        self.sock.sendall(data)

    def answer(self, status=200, body=b"ok", headers=()):
        fields = b"".join(b"%s: %s\r\n" % (n.encode(), v.encode("latin-1")) for n, v in headers)
        self.send(b"HTTP/1.1 %d Any\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), fields) + body)

    def close(self):
        self.is_open = False
        self.sock.close()

    def reset(self):
        """Closes with a RST instead of a FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


def answer_ok(connection, request):
    """The default handler: takes the whole request and answers 200."""
    if connection.read_body(request):
        connection.answer()


def answer_with(body):
    """A handler that takes the whole request and answers 200 with this body."""
    def handler(connection, request):
        if connection.read_body(request):
            connection.answer(body=body)
    return handler


class RawOrigin:
    """Calls `handler(connection, request)` after each request head, on a thread per connection."""

    def __init__(self, handler=answer_ok, tls=None, port=None):
        self.tls = tls
        self.handler = handler
        self.problems = []
        self.forget()
        self.listener = socket.create_server(("127.0.0.1", port or free_port()), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def forget(self):
        """Starts a new record of connections, requests and bytes."""
        self.connections, self.requests, self.bytes_log = [], [], []

    def received(self):
        return b"".join(self.bytes_log)

    def targets(self):
        return [request.target for request in self.requests]

    def last(self):
        return self.requests[-1]

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            connection = OriginConnection(self, self.tls.wrap_socket(sock, server_side=True) if self.tls else sock)
        except OSError:  # no TLS after all
            return sock.close()
        self.connections.append(connection)
        try:
            while connection.is_open and (request := connection.read_head()):
                self.requests.append(request)
                self.handler(connection, request)
        except OSError:
            pass
        except Exception as problem:  # check() tells it
            self.problems.append(problem)
        connection.close()
        connection.done.set()

    def stop(self):
        self.listener.close()
        self.check()

    def check(self):
        """Handlers run on threads: what went wrong there is told here."""
        problems, self.problems = self.problems, []
        assert not problems, problems

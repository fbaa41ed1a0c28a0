"""A target that speaks frames of HTTP/2 to Sluice, as a test wants it to."""
import struct

from http2 import (ACK, DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, WINDOW, WINDOW_UPDATE, Connection2, frame,
                   settings)
from origin import RawOrigin
from sluice import configuration, listener


class RawTarget(RawOrigin):
    """Speaks frames to Sluice: `handler(target, reader, stream)` is called for each request."""
    settings = {}

    def _serve(self, sock):
        self.connections.append(sock)
        buffer = b""
        while not buffer.startswith(PREFACE):
            if not (data := sock.recv(100)):
                return  # Sluice left before it said anything
            buffer += data
        reader = Connection2.__new__(Connection2)
        reader.sock, reader.buffer = sock, buffer[len(PREFACE):]
        reader.window, reader.shared = None, 65535  # as Sluice says them
        reader.send(settings(self.settings))
        try:
            for got in reader.frames():
                if got.type == SETTINGS and not got.flags & ACK:
                    reader.window = got.settings[WINDOW]
                    reader.send(frame(SETTINGS, ACK))
                if got.type == WINDOW_UPDATE and got.stream == 0:
                    reader.shared += struct.unpack(">I", got.payload)[0]
                if got.type == HEADERS:
                    self.requests.append(got)
                    self.handler(self, reader, got.stream)
        except OSError:
            pass
        sock.close()


def ok(reader, stream):
    reader.send(frame(HEADERS, END_HEADERS, stream, b"\x88") + frame(DATA, END_STREAM, stream, b"ok"))


def group(address, tls=None):
    return {"targets": [address], "protocol": "http2", **({"tls": {"ca": str(tls), "server_name": "app.internal"}} if tls else {})}


def sluice_for(own_programs, script, own_settings=()):
    target = own_programs._keep(RawTarget(script))
    target.settings = dict(own_settings)
    return target, own_programs.sluice(configuration({"app": group(target.address)}, [listener(h2c=True)]))

"""A client's TLS for HTTP/2."""
import ssl
import threading


class TlsSocket:
    """As ssl's own, but one thread may read while another writes."""

    def __init__(self, sock, authority):
        self.sock, self.lock, self.writing = sock, threading.Lock(), threading.Lock()
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=authority)
        context.set_alpn_protocols(["h2"])
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")
        self._until_done(self.tls.do_handshake)
        assert self.tls.selected_alpn_protocol() == "h2"

    def _until_done(self, step):
        while True:
            with self.lock:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    pass
            self._flush()
            data = self.sock.recv(1 << 16)
            with self.lock:
                if data:
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()

    def _flush(self):
        with self.writing:
            with self.lock:
                data = self.outgoing.read()
            if data:
                self.sock.sendall(data)

    def recv(self, size):
        try:
            return self._until_done(lambda: self.tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def sendall(self, data):
        with self.lock:
            self.tls.write(data)
        self._flush()

    def send_in_records(self, size, data):
        """Each of so many bytes."""
        with self.lock:
            for at in range(0, len(data), size):
                self.tls.write(data[at:at + size])
        self._flush()

    def close(self):
        self.sock.close()

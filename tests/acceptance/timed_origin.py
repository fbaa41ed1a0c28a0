"""TimedOrigin: an upstream process of its own that answers each GET after a given time, so that many may wait at once."""
import asyncio
import subprocess
import sys

from ports import free_port


class TimedOrigin:
    def __init__(self, seconds, name):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.process = subprocess.Popen([sys.executable, __file__, str(self.port), str(seconds), name], stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"listening\n"

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def serve(port, seconds, name):
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Origin: %s\r\n\r\n%s" % (len(name), name, name)

    async def answer(reader, writer):
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(seconds)
                writer.write(response)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=512)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3].encode()))

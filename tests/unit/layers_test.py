"""Fails when a room includes a header of a room that it must not know (docs/architecture.md):
routing <- health <- {proxy, control} <- proxy/app, and routing does no I/O."""
import re
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAY_KNOW = {
    "routing": {"routing"},
    "health": {"health", "routing"},
    "proxy": {"proxy", "health", "routing"},
    "control": {"control", "health", "routing"},
    "proxy/app": {"proxy/app", "proxy", "control", "health", "routing"},
}
# Sockets, threads, clocks and files have no place in routing: time and random points are passed in.
IMPURE = re.compile(
    r"boost/(asio|beast)|sys/|netinet/|arpa/|unistd\.h|thread$|condition_variable$|future$|random$|fstream$|iostream$"
    r"|yaml-cpp/|openssl/|spdlog/|prometheus/|sqlite3|curl/")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def room_of(path):
    """The room of a path relative to the root, or None for what is in no room."""
    parts = Path(path).parts
    if parts[:2] == ("proxy", "app"):
        return "proxy/app"
    return parts[0] if parts[0] in MAY_KNOW else None


def resolve(root, includer, name):
    """A quoted include is relative to the includer's folder first, then to the root."""
    beside = (includer.parent / name).resolve()
    return beside.relative_to(root) if beside.exists() else Path(name)


def violations(root):
    root = Path(root).resolve()
    found = []
    files = [f for top in ("routing", "health", "proxy", "control") for f in (root / top).rglob("*")]
    for file in sorted(f for f in files if f.suffix in {".h", ".hpp", ".cpp"}):
        room = room_of(file.relative_to(root))
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            name = match[1] or match[2]
            other = room_of(resolve(root, file, name))
            where = f"{file.relative_to(root)}:{number}"
            if other and other not in MAY_KNOW[room]:
                found.append(f"{where}: {room} must not know {other} ({name})")
            elif room == "routing" and match[2] and IMPURE.match(name):
                found.append(f"{where}: routing is pure, it must not include <{name}>")
    return found


class Layers(unittest.TestCase):
    def test_rooms_know_only_what_they_may(self):
        self.assertEqual([], violations(ROOT))

    def test_there_are_rooms_to_look_at(self):
        for room in MAY_KNOW:
            self.assertTrue(list((ROOT / room).glob("*.cpp")), f"no sources in {room}")


class SelfTest(unittest.TestCase):
    def violations_of(self, files):
        with tempfile.TemporaryDirectory() as directory:
            for name, text in files.items():
                file = Path(directory, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return violations(directory)

    def test_forbidden_includes_are_found(self):
        for includer, included in [
                ("routing/a.h", '"health/b.h"'), ("routing/a.cpp", '"proxy/b.h"'), ("routing/a.cpp", "<thread>"),
                ("routing/a.cpp", "<boost/asio/io_context.hpp>"), ("routing/a.cpp", "<sys/socket.h>"),
                ("routing/a.cpp", "<yaml-cpp/yaml.h>"), ("health/a.cpp", '"proxy/b.h"'), ("health/a.cpp", '"control/b.h"'),
                ("proxy/a.cpp", '"control/b.h"'), ("control/api/a.cpp", '"proxy/b.h"'), ("proxy/a.cpp", '"proxy/app/b.h"'),
                ("proxy/a.cpp", '"app/b.h"'), ("proxy/a.cpp", '"../control/b.h"'), ("control/a.cpp", '"proxy/app/b.h"')]:
            with self.subTest(includer=includer, included=included):
                files = {includer: f"// a\n  #  include {included}\n", "proxy/app/b.h": "", "control/b.h": ""}
                found = self.violations_of(files)
                self.assertEqual(1, len(found), found)
                self.assertTrue(found[0].startswith(f"{includer}:2: "), found)

    def test_allowed_includes_are_not(self):
        self.assertEqual([], self.violations_of({
            "routing/a.cpp": '#include "routing/a.h"\n#include <vector>\n#include <boost/url.hpp>\n',
            "health/a.cpp": '#include "routing/a.h"\n#include <thread>\n',
            "proxy/a.cpp": '#include "health/a.h"\n#include <boost/asio.hpp>\n// #include "control/b.h"\n',
            "control/cli/a.cpp": '#include "control/a.h"\n#include "routing/a.h"\n',
            "proxy/app/main.cpp": '#include "proxy/a.h"\n#include "control/a.h"\n#include "proxy/app/b.h"\n'}))


if __name__ == "__main__":
    sys.exit(unittest.main())

"""Fixtures that the test modules share. Programs that a module needs are started once and checked when they end."""
from contextlib import ExitStack

import pytest

from certificates import Authority
from nginx import Nginx
from origin import RawOrigin, answer_ok
from sluice import Sluice


class Programs:
    """Starts programs and stops them in reverse order; how they end is part of the test."""

    def __init__(self, directory, stack):
        self.directory = directory
        self.stack = stack
        self.count = 0

    def _directory(self, name):
        self.count += 1
        return self.directory / f"{name}{self.count}"

    def _keep(self, program):
        self.stack.callback(program.stop)
        return program

    def origin(self, **keys):
        return self._keep(RawOrigin(**keys))

    def nginx(self, version="blue"):
        return self._keep(Nginx(self._directory("nginx"), version))

    def sluice(self, config, **keys):
        return self._keep(Sluice(self._directory("sluice"), config, **keys))


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    with ExitStack() as stack:
        yield Programs(tmp_path_factory.mktemp("run"), stack)


@pytest.fixture
def own_programs(tmp_path):
    """Like `programs`, for one test alone."""
    with ExitStack() as stack:
        yield Programs(tmp_path, stack)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def module_origin(programs):
    return programs.origin()


@pytest.fixture
def origin(module_origin):
    """The module's origin, with the default handler and a fresh record."""
    module_origin.forget()
    yield module_origin
    module_origin.handler = answer_ok
    module_origin.check()

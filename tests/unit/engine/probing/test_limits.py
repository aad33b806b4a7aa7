from __future__ import annotations

import resource
import subprocess
import sys
from types import SimpleNamespace

import pytest

from engine.probing import limits
from engine.probing.limits import limit_process, limits_for


def test_a_larger_file_may_take_more_memory_but_never_all() -> None:
    small, large, huge = (limits_for(n).memory_bytes for n in (30_000, 70_000_000, 10**12))
    assert small < 700 << 20
    assert small < large < huge <= 6 << 30


def test_another_process_is_limited_from_outside() -> None:
    wanted = limits_for(1000)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        limit_process(process.pid, wanted)
        memory = resource.prlimit(process.pid, resource.RLIMIT_AS)
        assert memory == (wanted.memory_bytes, wanted.memory_bytes)
        cpu = resource.prlimit(process.pid, resource.RLIMIT_CPU)
        assert cpu == (wanted.decide_cpu_s, wanted.finish_cpu_s)
        assert resource.prlimit(process.pid, resource.RLIMIT_CORE) == (0, 0)
        assert resource.prlimit(process.pid, resource.RLIMIT_FSIZE)[1] == wanted.file_bytes
    finally:
        process.communicate(b"\n")


def test_limits_that_the_user_set_are_never_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to: dict[int, tuple[int, int]] = {}

    def prlimit(_pid: int, kind: int, pair: tuple[int, int] | None = None) -> tuple[int, int]:
        if pair is not None:
            set_to[kind] = pair
        return (5, 5) if kind == resource.RLIMIT_CPU else (-1, -1)

    names = {name: getattr(resource, name) for name in dir(resource) if name.startswith("RLIM")}
    fake = SimpleNamespace(**names, prlimit=prlimit)
    monkeypatch.setattr(limits, "_resource", lambda: fake)
    limit_process(1, limits_for(1000))
    assert set_to[resource.RLIMIT_CPU] == (5, 5)
    assert set_to[resource.RLIMIT_AS][0] == limits_for(1000).memory_bytes

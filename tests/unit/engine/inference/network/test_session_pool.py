"""Tests of keeping networks loaded."""

from __future__ import annotations

import os
from pathlib import Path

from engine.inference.network.session import NetworkFile, SessionSpec
from engine.inference.network.session_pool import SessionPool
from tests.helpers.tiny_models import FakeSession, enlarge_nearest


class CountingOpener:
    def __init__(self) -> None:
        self.opened: list[str] = []

    def __call__(self, spec: SessionSpec) -> FakeSession:
        self.opened.append(spec.name)
        return FakeSession(enlarge_nearest)


def spec(name: str) -> SessionSpec:
    return SessionSpec.of_file(Path("/nowhere") / name)


def test_network_is_loaded_once() -> None:
    opener = CountingOpener()
    pool = SessionPool(opener=opener)
    assert pool.get(spec("a")) is pool.get(spec("a"))
    assert opener.opened == ["a"]


def test_least_recently_used_network_is_forgotten() -> None:
    opener = CountingOpener()
    pool = SessionPool(capacity=2, opener=opener)
    for name in ["a", "b", "a", "c", "a", "b"]:
        pool.get(spec(name))
    assert opener.opened == ["a", "b", "c", "b"]


def test_each_point_of_a_dial_is_a_network_of_its_own() -> None:
    opener = CountingOpener()
    pool = SessionPool(opener=opener)

    def at(share: float) -> SessionSpec:
        files = (
            NetworkFile(path=Path("/nowhere/a"), share=1 - share),
            NetworkFile(path=Path("/nowhere/b"), share=share),
        )
        return SessionSpec(files=files)

    for share in (0.3, 0.31, 0.3, 0.31):
        pool.get(at(share))
    assert opener.opened == ["a + b", "a + b"]


def test_a_changed_corner_is_loaded_again(tmp_path: Path) -> None:
    files = tuple(NetworkFile(path=tmp_path / name, share=0.5) for name in "ab")
    for file in files:
        file.path.write_bytes(b"1")
    opener = CountingOpener()
    pool = SessionPool(opener=opener)
    for _ in range(2):
        pool.get(SessionSpec(files=files))
    os.utime(files[1].path, ns=(1, 1))
    pool.get(SessionSpec(files=files))
    assert len(opener.opened) == 2


def test_changed_file_is_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "n.onnx"
    path.write_bytes(b"1")
    opener = CountingOpener()
    pool = SessionPool(opener=opener)
    pool.get(SessionSpec.of_file(path))
    os.utime(path, ns=(1, 1))
    pool.get(SessionSpec.of_file(path))
    assert opener.opened == ["n.onnx", "n.onnx"]

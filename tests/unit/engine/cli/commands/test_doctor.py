from __future__ import annotations

import ctypes.util
import importlib.util
import sys
from pathlib import Path

import pytest

from engine.cli import checks
from tests.helpers.catalogs import put_model
from tests.unit.engine.cli.conftest import RunCommand


def test_doctor_checks_and_fails_on_a_damaged_model(
    mfagan: RunCommand, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_missing_qt_libraries", list)
    assert mfagan("doctor").code == 0
    put_model(own_home / "data" / "models", "tiny")
    file = own_home / "data" / "models" / "tiny.onnx"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    said = mfagan("doctor", "--json")
    assert said.code == 1
    failed = [c for c in said.events[0]["checks"] if c["state"] == "failed"]
    assert "tiny.onnx" in failed[0]["text"]
    assert not said.events[0]["is_healthy"]


def test_doctor_shows_the_size_of_the_photo_cache(mfagan: RunCommand, own_home: Path) -> None:
    cached = own_home / "cache" / "photos" / "rgb8-1" / "ab" / f"{'ab' * 32}.npy"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(bytes(1_500_000))

    shown = mfagan("doctor").out
    assert "1.5 MB of decoded photos and teachers' pictures; mfagan runs clean" in shown


def test_doctor_names_the_packages_that_qt_lacks(
    mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    said = mfagan("doctor")
    assert said.code == 1
    assert "sudo apt-get install libglib2.0-0 libegl1" in said.out


def test_doctor_says_what_is_not_installed(
    mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert 'pip install "mfagan-studio[heic]"' in mfagan("doctor").out

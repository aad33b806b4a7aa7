"""The peak covers what this process really held."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core import peak_memory
from engine.core.peak_memory import peak_memory_bytes


def test_memory_that_was_held_counts() -> None:
    before = peak_memory_bytes()
    ballast = bytearray(before + 30_000_000)

    assert peak_memory_bytes() >= len(ballast)


def test_systems_without_a_status_file_are_asked_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(peak_memory, "_LINUX_STATUS", tmp_path / "none")

    assert peak_memory_bytes() > 10_000_000

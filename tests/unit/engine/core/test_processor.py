"""A processor is named as its maker names it."""

from __future__ import annotations

import platform
from pathlib import Path

from engine.core.processor import processor_name


def test_linux_tells_the_name(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Acme 9000 @ 3GHz\nmodel name\t: Acme 9000\n")

    assert processor_name(info) == "Acme 9000 @ 3GHz"


def test_without_a_name_the_architecture_is_told(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\n")

    expected = platform.processor() or platform.machine()
    assert processor_name(info) == processor_name(tmp_path / "absent") == expected

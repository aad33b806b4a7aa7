from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine.search.devices.conditions import Conditions, read_conditions


def sensor(current: float) -> SimpleNamespace:
    return SimpleNamespace(current=current)


def test_what_the_system_tells_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scaling_governor").write_text("performance\n")
    sensors = {"coretemp": [sensor(41.0), sensor(55.0)], "nvme": [sensor(70.0)]}
    monkeypatch.setattr(psutil, "sensors_temperatures", lambda: sensors, raising=False)
    monkeypatch.setattr(psutil, "cpu_freq", lambda: sensor(2400.0))

    found = read_conditions(tmp_path)

    # The disk is hotter, and does not matter.
    assert (found.governor, found.frequency_mhz, found.temperature_c) == ("performance", 2400, 55)


def test_what_the_system_does_not_tell_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("no such file")

    monkeypatch.setattr(psutil, "sensors_temperatures", fail, raising=False)
    monkeypatch.setattr(psutil, "cpu_freq", lambda: None)

    found = read_conditions(tmp_path / "nothing")

    assert found == Conditions(load=found.load)

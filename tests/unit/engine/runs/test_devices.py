from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.runs.devices import find_devices, own_profiles_folder, read_device


def test_shipped_devices_say_whether_they_were_measured() -> None:
    kinds = {device.id: device.is_measured for device in find_devices()}

    assert kinds["snapdragon-865-cpu-fp32"] is False
    assert kinds["xeon-avx512-1-thread"] is True


def test_the_user_s_own_profile_goes_before_a_shipped_one_of_its_name() -> None:
    own = own_profiles_folder()
    own.mkdir(parents=True)
    (own / "mine.json").write_text('{"id": "snapdragon-865-cpu-fp32", "device": "Mine"}')
    (own / "torn.json").write_text("{")

    devices = find_devices()

    assert devices[0].device == "Mine"
    assert [device.id for device in devices].count("snapdragon-865-cpu-fp32") == 1


def test_what_is_not_a_profile_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text("[]")

    with pytest.raises(ConfigError, match=r"notes\.json: not a device profile"):
        read_device(path)
    with pytest.raises(ConfigError, match=r"absent\.json: cannot be read"):
        read_device(tmp_path / "absent.json")

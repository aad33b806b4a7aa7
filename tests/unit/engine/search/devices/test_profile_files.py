from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.core.errors import ConfigError, OutputExistsError, UnknownNameError
from engine.runs.devices import own_profiles_folder
from engine.search.devices.profile_files import (
    decode_profile,
    encode_profile,
    find_profile,
    list_profiles,
    read_profile,
    save_profile,
)
from tests.helpers.device_profiles import measured_profile

pytestmark = pytest.mark.usefixtures("own_home")


def test_a_profile_survives_a_file_unchanged(tmp_path: Path) -> None:
    profile = measured_profile()
    path = save_profile(profile, is_replacing=False, path=tmp_path / "a" / "profile.json")
    assert read_profile(path) == profile
    assert find_profile(str(path)) == profile


def test_own_profiles_are_found_by_their_id_before_shipped_ones() -> None:
    own = measured_profile("snapdragon-865-cpu-fp32")
    save_profile(own, is_replacing=False)

    assert find_profile("snapdragon-865-cpu-fp32") == own
    ids = [entry.profile.id for entry in list_profiles()[0]]
    assert ids.count("snapdragon-865-cpu-fp32") == 1


def test_a_profile_is_replaced_on_request_only() -> None:
    save_profile(measured_profile(), is_replacing=False)
    with pytest.raises(OutputExistsError, match="--replace"):
        save_profile(measured_profile(), is_replacing=False)
    save_profile(measured_profile(), is_replacing=True)


def test_an_unknown_id_gets_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'snapdragon-865-cpu-fp32'"):
        find_profile("snapdragon-865-cpu-fp23")


def test_a_broken_file_is_listed_and_named() -> None:
    own_profiles_folder().mkdir(parents=True)
    (own_profiles_folder() / "torn.json").write_text('{"type": "measured", "id":')

    entries, broken = list_profiles()
    assert [file.path.name for file in broken] == ["torn.json"]
    assert entries
    with pytest.raises(ConfigError, match=r"torn\.json: not a device profile"):
        find_profile("torn")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema_version": 2}, "version 2, newer than this program"),
        ({"type": "guessed"}, "guessed"),
        ({"reference_ms": -1}, "reference_ms"),
        ({"surprise": 1}, "surprise"),
        ({"id": "../escape"}, "id"),
    ],
)
def test_what_is_not_a_profile_is_refused(change: dict[str, object], words: str) -> None:
    tree = msgspec.json.decode(encode_profile(measured_profile()))
    content = msgspec.json.encode({**tree, **change})
    with pytest.raises(ConfigError, match=f"x.json: .*{words}"):
        decode_profile(content, source="x.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.json: cannot be read"):
        find_profile(str(tmp_path / "nothing.json"))


def test_an_id_that_is_no_file_name_is_never_written() -> None:
    with pytest.raises(ConfigError):
        save_profile(measured_profile("../escape"), is_replacing=False)
    assert not own_profiles_folder().exists()

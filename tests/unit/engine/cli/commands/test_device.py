"""``mfagan device`` end to end, with tiny pictures."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from engine.runs.devices import own_profiles_folder
from engine.search.devices.kit import Kit
from engine.search.devices.layers import equal_blocks
from engine.search.devices.networks import write_network
from engine.search.devices.profile_files import save_profile
from engine.search.devices.this_computer import local_runtime
from tests.helpers.device_profiles import answer_kit, measured_profile
from tests.unit.engine.cli.conftest import RunCommand

pytestmark = pytest.mark.usefixtures("own_home")

QUICK = ("--input", "8x8", "--networks", 20, "--unseen", 3, "--rounds", 2, "--no-blocks")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "network.onnx"
    write_network(equal_blocks(16, 2), path, scale=4)
    return path


def test_a_computer_is_measured_listed_shown_and_predicts(
    mfagan: RunCommand, network: Path
) -> None:
    said = mfagan("device", "measure", "--id", "here", *QUICK)
    assert said.code == 0, said.err
    assert "composed of times measured with onnxruntime" in said.out
    assert str(own_profiles_folder() / "here.json") in said.err

    assert "here" in mfagan("device").out
    (shown,) = mfagan("device", "show", "here", "--json").events
    assert (shown["origin"], shown["type"]) == ("measured", "measured")
    assert [sorted(pair) for pair in shown["scatter"]] == [["measured_ms", "predicted_ms"]] * 3
    events = mfagan(
        "device", "predict", "here", "snapdragon-865-cpu-fp32",
        "--network", network, "--input", "8x8", "--json",
    ).events  # fmt: skip
    assert [(event["profile"], event["origin"]) for event in events] == [
        ("here", "measured"),
        ("snapdragon-865-cpu-fp32", "estimated"),
    ]
    assert events[1]["label"] == "estimated from its data sheet, within a factor of two"


def test_predictions_are_checked_on_this_computer(mfagan: RunCommand, network: Path) -> None:
    here = msgspec.structs.replace(
        measured_profile("here"), height_px=8, width_px=8, runtime=local_runtime(1)
    )
    save_profile(here, is_replacing=False)
    (said,) = mfagan(
        "device", "check", "here", "--network", network, "--rounds", 2, "--json"
    ).events
    assert said["error"] == pytest.approx(said["predicted_ms"] / said["measured_ms"] - 1)


@pytest.mark.parametrize(
    ("profile_id", "words"),
    [
        ("other", "was measured with onnxruntime 0.0.1"),
        ("snapdragon-865-cpu-fp32", "estimated from its data sheet, within a factor of two"),
    ],
)
def test_a_profile_of_something_else_is_not_checked(
    mfagan: RunCommand, network: Path, profile_id: str, words: str
) -> None:
    other = msgspec.structs.replace(local_runtime(1), version="0.0.1")
    save_profile(
        msgspec.structs.replace(measured_profile("other"), runtime=other), is_replacing=False
    )
    said = mfagan("device", "check", profile_id, "--network", network)
    assert said.code == 2
    assert words in said.err


def test_a_profile_is_not_measured_over_another(mfagan: RunCommand) -> None:
    save_profile(measured_profile("here"), is_replacing=False)
    said = mfagan("device", "measure", "--id", "here", *QUICK)
    assert said.code == 1
    assert "--replace" in said.err


def test_widths_are_shown_without_a_profile(mfagan: RunCommand) -> None:
    (said,) = mfagan(
        "device", "measure", "--widths", "--input", "8x8", "--rounds", 2, "--json"
    ).events
    assert [row["width"] for row in said["widths"]] == [8, 16, 24, 32, 40, 48, 56, 64]
    assert not own_profiles_folder().exists()


def test_another_size_than_the_measured_one_is_refused(mfagan: RunCommand, network: Path) -> None:
    save_profile(measured_profile("here"), is_replacing=False)
    said = mfagan("device", "predict", "here", "--network", network, "--input", "64x64")
    assert said.code == 2
    assert "measure it with --input 64x64" in said.err


def test_a_kit_goes_out_and_its_answers_come_back(mfagan: RunCommand, tmp_path: Path) -> None:
    folder = tmp_path / "kit"
    said = mfagan(
        "device", "kit", folder, "--id", "my-phone",
        "--networks", 25, "--unseen", 3, "--no-blocks", "--input", "8x8",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "28 networks" in said.out
    assert "not filled in" in mfagan("device", "import", folder).err

    answer_kit(folder, msgspec.json.decode((folder / "kit.json").read_bytes(), type=Kit))
    said = mfagan("device", "import", folder)
    assert said.code == 0, said.err
    assert "Maker Phone 1, SoC 1" in said.out
    assert json.loads((own_profiles_folder() / "my-phone.json").read_text())["type"] == "measured"
    # A second import would replace it.
    assert mfagan("device", "import", folder).code == 1
    assert mfagan("device", "import", folder, "--replace").code == 0


def test_estimates_are_listed_as_such(mfagan: RunCommand) -> None:
    (said,) = mfagan("device", "list", "--json").events
    found = {profile["id"]: profile for profile in said["profiles"]}
    assert found["snapdragon-865-cpu-fp32"]["origin"] == "estimated"
    assert not said["broken"]


def test_a_broken_profile_is_left_out_and_named(mfagan: RunCommand) -> None:
    own_profiles_folder().mkdir(parents=True)
    (own_profiles_folder() / "torn.json").write_text("{")
    said = mfagan("device")
    assert said.code == 0
    assert "torn.json: not a device profile" in said.err


def test_residuals_of_published_times_are_shown(mfagan: RunCommand) -> None:
    said = mfagan("device", "show", "galaxy-s24-npu-fp16")
    assert said.out.count("Residual") == 5
    assert "Source" in said.out

"""Kits for phones, run by their own scripts on a phone that is played by this computer."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import onnx
import pytest

from engine.core.errors import ConfigError, OutputExistsError
from engine.search.devices.kit import KitSettings, write_kit
from engine.search.devices.kit_answers import import_answers
from engine.search.devices.latency_model import compose_latency_ms
from engine.search.devices.layers import layers_of
from engine.search.devices.networks import read_layers
from tests.helpers.device_profiles import answer_kit, synthetic_ms

SETTINGS = KitSettings(
    profile_id="my-phone",
    height_px=12,
    width_px=20,
    thread_count=4,
    networks=30,
    unseen=6,
    has_blocks=False,
    runs=7,
)


@pytest.fixture
def answered(tmp_path: Path) -> Path:
    folder = tmp_path / "kit"
    answer_kit(folder, write_kit(folder, SETTINGS))
    return folder


def test_a_kit_holds_every_network_in_its_fixed_size(tmp_path: Path) -> None:
    kit = write_kit(tmp_path / "kit", SETTINGS)

    assert len(kit.networks) == 36
    for network in kit.networks:
        path = tmp_path / "kit" / "models" / f"{network.name}.onnx"
        assert len(read_layers(path)) == len(layers_of(network.sizes, scale=4))
        dims = onnx.load(path).graph.input[0].type.tensor_type.shape.dim
        assert [dim.dim_value for dim in dims] == [1, 3, 12, 20]
    turns = (tmp_path / "kit" / "networks.txt").read_text().split()
    assert turns[::2] == ["reference"] * 37
    assert turns[1::2] == [network.name for network in kit.networks]


def test_blocks_are_part_of_a_kit_by_default() -> None:
    assert KitSettings(profile_id="x").has_blocks


def test_answers_become_a_measured_profile(answered: Path) -> None:
    profile = import_answers(answered)

    assert (profile.id, profile.device, profile.processor) == ("my-phone", "Maker Phone 1", "SoC 1")
    assert str(profile.runtime) == "onnxruntime 1.27.1 on cpu, fp32, 4 threads"
    assert (profile.height_px, profile.width_px) == (12, 20)
    # The phone's becoming slower cancels.
    for found in profile.observations:
        predicted_ms = compose_latency_ms(profile.model, layers_of(found.sizes, scale=4))
        relative = predicted_ms / profile.reference_ms
        assert relative == pytest.approx(
            synthetic_ms(found.sizes) / synthetic_ms(profile.reference), rel=2e-3
        )
    assert profile.accuracy[0].networks == 6


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("answers.csv", "turn,network", "turn;network", "line 1 must be"),
        ("answers.csv", "\n3,reference,0.", "\n3,reference,-0.", "line 4: reference: .*positive"),
        (
            "answers.csv",
            "\n3,reference,0.",
            "\n3,reference,nan,0.",
            "line 4: reference: .*positive",
        ),
        ("answers.csv", "\n2,seen-000", "\n2,seen-001", "line 3: 'seen-001'; .*seen-000"),
        ("answers.csv", "\n73,reference", "\n", "answers of 73"),
        ("phone.json", "1.27.1", " ", "runtime_version not filled in"),
        ("phone.json", "{", "", "not the description of a phone"),
        ("kit.json", '"my-phone"', '"../my-phone"', "not a kit"),
    ],
)
def test_bad_answers_are_refused_with_their_place(
    answered: Path, file: str, old: str, new: str, words: str
) -> None:
    text = (answered / file).read_text()
    assert old in text
    head, _, tail = text.partition(old)
    # A line that is cut off ends the file.
    rest = "" if new == "\n" else tail
    (answered / file).write_text(head + new + rest)

    with pytest.raises(ConfigError, match=f"{file}: .*{words}"):
        import_answers(answered)


def test_a_template_that_nobody_filled_in_is_refused(tmp_path: Path) -> None:
    write_kit(tmp_path, SETTINGS)
    with pytest.raises(ConfigError, match=r"phone\.json: device, processor, .* not filled in"):
        import_answers(tmp_path)


@pytest.mark.parametrize("file", ["kit.json", "answers.csv", "phone.json"])
def test_a_missing_file_is_named(answered: Path, file: str) -> None:
    (answered / file).unlink()
    with pytest.raises(ConfigError, match=f"{file}: cannot be read"):
        import_answers(answered)


def test_files_of_the_user_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match="name a new folder"):
        write_kit(tmp_path, SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("mask", ["", "0", "xyz", "-f", "0xf0", "f0; rm -r /"])
def test_masks_that_are_none_are_refused(tmp_path: Path, mask: str) -> None:
    settings = KitSettings(profile_id="x", affinity=mask, networks=20, unseen=0)
    with pytest.raises(ConfigError, match="--cores"):
        write_kit(tmp_path / "kit", settings)
    assert not (tmp_path / "kit").exists()


PROGRAMS = {
    # Plays the cable: the phone's folders are folders of this computer.
    "adb": """
        case $1 in
        shell) shift; exec sh -c "$*" ;;
        push) shift; for last; do :; done
            while [ $# -gt 1 ]; do cp -r "$1" "$last"; shift; done ;;
        pull) cp "$2" "$3" ;;
        esac""",
    "getprop": 'echo "$1" | sed "s/.*[.]//"',
    "taskset": 'echo "$1" >>"$RECORD/masks"; shift; exec "$@"',
    # Plays ONNX Runtime's benchmark: 1 ms per kilobyte of the file.
    "onnxruntime_perf_test": """
        for last; do :; done
        echo "$*" >>"$RECORD/arguments"
        echo "Min Latency: 0.001 s"
        wc -c <"$last" | sed 's/^ *\\(.*\\)$/P50 Latency: \\1e-6 s/'""",
}


@pytest.fixture
def phone(tmp_path: Path) -> dict[str, str]:
    """The environment in which this computer plays the phone."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, text in PROGRAMS.items():
        (programs / name).write_text("#!/bin/sh\n" + text.strip() + "\n")
        (programs / name).chmod(0o755)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "RECORD": str(tmp_path),
        "BENCHMARK": str(programs / "onnxruntime_perf_test"),
        "RUNTIME_VERSION": "1.27.1",
        "PHONE_FOLDER": str(tmp_path / "phone"),
    }


def run_kit(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(folder / "run.sh")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_scripts_of_a_kit_answer_it(tmp_path: Path, phone: dict[str, str]) -> None:
    folder = tmp_path / "kit"
    kit = write_kit(folder, SETTINGS)

    done = run_kit(folder, phone)

    assert done.returncode == 0, done.stderr
    profile = import_answers(folder)
    assert (profile.device, profile.processor) == ("manufacturer model", "manufacturer model")
    assert profile.runtime.version == "1.27.1"
    sizes = {path.stem: path.stat().st_size for path in (folder / "models").iterdir()}
    assert profile.reference_ms == pytest.approx(sizes["reference"] / 1000)
    for network, found in zip(kit.networks[:30], profile.observations, strict=True):
        assert found.ratio == pytest.approx(sizes[network.name] / sizes["reference"])
    assert set((tmp_path / "masks").read_text().split()) == {"f0"}
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments[0] == "-I -m times -r 7 -x 4 -o 99 -s models/reference.onnx"
    assert len(arguments) == len(kit.turns)


def test_a_benchmark_that_fails_ends_the_kit_and_says_which_network(
    tmp_path: Path, phone: dict[str, str]
) -> None:
    folder = tmp_path / "kit"
    write_kit(folder, SETTINGS)
    Path(phone["BENCHMARK"]).write_text("#!/bin/sh\necho 'no such operator'; exit 1\n")

    done = run_kit(folder, phone)

    assert done.returncode != 0
    assert "reference: the benchmark failed" in done.stderr
    assert "no such operator" in done.stderr


def test_a_kit_without_a_benchmark_says_what_to_set(tmp_path: Path, phone: dict[str, str]) -> None:
    write_kit(tmp_path / "kit", SETTINGS)
    done = run_kit(tmp_path / "kit", {"PATH": phone["PATH"]})
    assert done.returncode != 0
    assert "path of onnxruntime_perf_test" in done.stderr

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.recipes import GanRecipe, PsnrRecipe, SupernetRecipe
from tests.helpers.finished_runs import CHOICES, SHARED, TEACHER, dial_run, finished_run
from tests.helpers.training import write_photos
from tests.helpers.weight_files import write_weights
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture
def run(tmp_path: Path) -> Path:
    finished_run(tmp_path / "run", SupernetRecipe(**SHARED, **CHOICES, teacher=TEACHER))  # type: ignore[arg-type]
    return tmp_path / "run"


def words(tmp_path: Path, run: Path) -> list[object]:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)
    folders: list[object] = ["--calibrate", photos, "--benchmark", photos]
    return ["export", run, "--to", tmp_path / "models", *folders]


def test_a_subnet_of_a_supernet_is_exported_by_its_config(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    subnet = ["--set", "channels=4", "--set", "blocks=1", "--set", "inner=[[2,3]]"]

    said = mfagan(*words(tmp_path, run), *subnet, "--id", "small", "--json")

    assert said.code == 0
    assert said.events[0]["id"] == "small"
    assert said.events[0]["architecture"]["config"]["inner"] == [[2, 3]]
    assert (tmp_path / "models" / "small.onnx").exists()


def test_an_unknown_subnet_key_is_misuse(tmp_path: Path, run: Path, mfagan: RunCommand) -> None:
    said = mfagan(*words(tmp_path, run), "--set", "channels=7")

    assert said.code == 2
    assert "not part of" in said.err


def test_without_a_folder_it_is_among_the_users_models(
    tmp_path: Path, run: Path, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    command = [word for word in words(tmp_path, run) if word not in ("--to", tmp_path / "models")]

    assert mfagan(*command, "--id", "my-own").code == 0

    assert "my-own" in mfagan("models").out


def test_a_model_for_degraded_photos_is_measured_on_them(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    alone = write_photos(tmp_path / "alone", count=1, side_px=64)
    degraded = [
        "--degrade",
        "strong",
        "--keep-lr",
        tmp_path / "lr",
        "--seed",
        "3",
        "--photos",
        alone,
    ]
    subnet = ["--set", "channels=4", "--set", "blocks=1", "--set", "inner=[[2,3]]"]

    said = mfagan(*words(tmp_path, run), *subnet, "--id", "small", *degraded, "--json")

    assert said.code == 0
    assert {figure["protocol"].split(",")[0] for figure in said.events[0]["quality"]} == {
        "bicubic LR",
        "strong LR",
        "enlarged as they are",
    }
    assert len(list((tmp_path / "lr").glob("*-seed3/*.png"))) == 1


def test_a_run_is_found_by_its_name(tmp_path: Path, run: Path, mfagan: RunCommand) -> None:
    command = words(tmp_path, run)
    command[1:2] = ["ru", "--runs", tmp_path]

    assert mfagan(*command, "--id", "named", "--json").events[0]["id"] == "named"
    assert "No run is called" in mfagan("export", "nope", "--runs", tmp_path, "--unmeasured").err


@pytest.mark.parametrize(
    ("left_out", "way_out"), [("--benchmark", "--unmeasured"), ("--calibrate", "--fp32-only")]
)
def test_photos_that_are_not_named_are_asked_for(
    tmp_path: Path, run: Path, mfagan: RunCommand, left_out: str, way_out: str
) -> None:
    command = words(tmp_path, run)
    at = command.index(left_out)
    del command[at : at + 2]

    said = mfagan(*command)

    assert said.code == 2
    assert way_out in said.err


def test_without_calibration_there_is_one_file_that_is_measured(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)
    command = ["export", run, "--to", tmp_path / "models", "--benchmark", photos]

    card = mfagan(*command, "--fp32-only", "--json").events[0]

    assert [variant["precision"] for variant in card["variants"]] == ["fp32"]
    assert {figure["set"] for figure in card["quality"]} == {"photos"}
    assert any("no int8 file" in limit for limit in card["limits"])
    assert not list((tmp_path / "models").glob("*int8*"))


def test_a_model_that_was_not_measured_says_so_and_is_listed(
    tmp_path: Path, run: Path, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MFAGAN_HOME", raising=False)

    card = mfagan("export", run, "--id", "mine", "--unmeasured", "--json").events[0]

    assert card["quality"] == []
    assert any("not measured at export" in limit for limit in card["limits"])
    assert "mine" in mfagan("models").out


def test_a_degradation_that_has_no_name_is_misuse(
    tmp_path: Path, run: Path, mfagan: RunCommand
) -> None:
    said = mfagan(*words(tmp_path, run), "--degrade", "storm")

    assert said.code == 2
    assert "choose clean, light, mild, strong" in said.err


def corner_words(tmp_path: Path) -> list[object]:
    """Return the options that name four files of weights."""
    words: list[object] = []
    for seed, label in enumerate(("r0f0", "r1f0", "r0f1", "r1f1")):
        path = write_weights(tmp_path / f"{label}.safetensors", seed=seed)
        words += ["--corner", f"{label}={path}"]
    return words


def test_four_files_become_a_dial_with_its_facts(tmp_path: Path, mfagan: RunCommand) -> None:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)
    facts = tmp_path / "facts.json"
    facts.write_text('{"minutes": 12.5, "machine": "a GPU"}', encoding="utf-8")
    folders = ["--to", tmp_path / "models", "--calibrate", photos, "--benchmark", photos]

    said = mfagan(
        "export", *corner_words(tmp_path), "--id", "mine", *folders, "--training", facts, "--json"
    )

    assert said.code == 0, said.err
    card = said.events[0]
    assert card["dial"] == {"default_fidelity": 0.15, "restoration_map": 1}
    assert card["training"] == {"minutes": 12.5, "machine": "a GPU"}
    for variant, end in zip(card["variants"], ("", "-int8"), strict=True):
        names = [file["file"] for file in variant["files"]]
        corners = ("r0f0", "r1f0", "r0f1", "r1f1")
        assert names == [f"mine-{corner}{end}.onnx" for corner in corners]
        assert variant["relative_speed"] > 0
    commands = {figure["command"].split(" --")[0] for figure in card["quality"]}
    assert commands == {
        "mfagan evaluate mine", "mfagan evaluate mine@r=0,f=1", "mfagan evaluate mine@r=0,f=0",
    }  # fmt: skip
    protocols = {figure["protocol"] for figure in card["quality"]}
    clean = "bicubic LR, 8-bit, border = scale"
    assert f"{clean}, restoration auto, fidelity 0.15" in protocols
    assert f"{clean}, restoration 0, fidelity 1" in protocols


def test_a_faithful_and_a_vivid_run_become_a_dial(tmp_path: Path, mfagan: RunCommand) -> None:
    faithful = dial_run(tmp_path / "faithful", PsnrRecipe(**SHARED))  # type: ignore[arg-type]
    vivid = dial_run(tmp_path / "vivid", GanRecipe(**SHARED))  # type: ignore[arg-type]
    words = ["export", faithful, "--vivid", vivid, "--id", "mine", "--to", tmp_path / "models"]

    said = mfagan(*words, "--unmeasured", "--json")

    assert said.code == 0, said.err
    (variant,) = said.events[0]["variants"]
    corners = [(file["restoration"], file["fidelity"]) for file in variant["files"]]
    assert corners == [(0, 1), (1, 1), (0, 0), (1, 0)]
    kinds = [said.events[0]["training"][end]["recipe"]["type"] for end in ("faithful", "vivid")]
    assert kinds == ["psnr", "gan"]


def test_a_model_with_a_dial_is_fixed_at_a_point(
    tmp_path: Path, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MFAGAN_HOME", raising=False)
    limit = ["--limit", "Paints detail."]
    made = mfagan("export", *corner_words(tmp_path), "--id", "mine", "--unmeasured", *limit)
    assert made.code == 0, made.err
    point = ["--restoration", "1", "--fidelity", "0"]

    said = mfagan("export", "mine", *point, "--id", "phone", "--unmeasured", "--json")

    assert said.code == 0, said.err
    card = said.events[0]
    assert (card["kind"], card["dial"]) == ("vivid", None)
    assert "Paints detail." in card["limits"]
    (file,) = card["variants"][0]["files"]
    folder = next((tmp_path / "home").rglob("mine.json")).parent
    fixed, corner = ((folder / name).read_bytes() for name in (file["file"], "mine-r1f0.onnx"))
    assert fixed == corner
    again = mfagan("export", "phone", *point, "--id", "other", "--unmeasured")
    assert "plain network already" in again.err


@pytest.mark.parametrize(
    ("words", "way_out"),
    [
        ([], "--corner"),
        (["run", "--corner", "r0f0=a.onnx"], "not both"),
        (["--corner", "top=a.onnx"], "r0f1=net.onnx"),
        (["--corner", "r0f0="], "r0f1=net.onnx"),
        (["run", "--restoration", "0.5"], "needs both"),
    ],
)
def test_misuse_says_what_to_write(
    tmp_path: Path, mfagan: RunCommand, words: list[str], way_out: str
) -> None:
    said = mfagan("export", *words, "--unmeasured")

    assert said.code == 2
    assert way_out in said.err


def test_facts_that_cannot_be_read_are_named(tmp_path: Path, mfagan: RunCommand) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text("[]", encoding="utf-8")

    said = mfagan("export", *corner_words(tmp_path), "--training", facts, "--unmeasured")

    assert said.code == 2
    assert "facts.json: is not a JSON object" in said.err

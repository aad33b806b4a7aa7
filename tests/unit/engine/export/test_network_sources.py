"""Networks are loaded from runs, files and models, and fit each other."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.config.parts import DataRecipe, GeneratorRecipe, ScheduleRecipe
from engine.config.recipes import GanRecipe, PsnrRecipe
from engine.core.errors import ConfigError
from engine.export.calibration import typical_degradation
from engine.export.network_sources import (
    CORNERS,
    PLAIN,
    Corner,
    CornerFiles,
    Networks,
    RunSource,
    check_corners,
)
from engine.inference.network.dial import DialPoint
from tests.helpers.finished_runs import dial_run, finished_run
from tests.helpers.weight_files import SIZES, write_weights

LABELS = ("r0f0", "r1f0", "r0f1", "r1f1")


@pytest.fixture
def files(tmp_path: Path) -> dict[Corner, Path]:
    return {
        CORNERS[label]: write_weights(tmp_path / f"{label}.safetensors", seed=seed)
        for seed, label in enumerate(LABELS)
    }


def recipe_of(kind: type[PsnrRecipe | GanRecipe], channels: int = 4) -> PsnrRecipe | GanRecipe:
    return kind(
        name="tiny",
        data=DataRecipe(folder="photos"),
        schedule=ScheduleRecipe(steps=9),
        generator=GeneratorRecipe(scale=2, channels=channels, blocks=1),
    )


def run_folder(folder: Path, kind: type[PsnrRecipe | GanRecipe], channels: int = 4) -> Path:
    finished_run(folder, recipe_of(kind, channels))
    return folder


def enlarged(networks: Networks, corner: Corner) -> torch.Tensor:
    lr = torch.rand(1, 3, 12, 10, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        return networks.corners[corner](lr)


def test_four_files_are_the_corners_of_a_dial(files: dict[Corner, Path]) -> None:
    found = CornerFiles(files=files, training={"minutes": 5}).load()

    assert (found.kind, found.degradation, found.sizes) == (None, None, SIZES)
    assert set(found.corners) == set(files)
    assert found.training == {"minutes": 5}
    # Quantized with the photos that a corner is used for.
    kinds = {corner.label: recipe.kind for corner, recipe in found.calibration.items()}
    assert kinds == {"r0f0": "bicubic", "r0f1": "bicubic", "r1f0": "real", "r1f1": "real"}


def test_one_file_that_names_the_network_is_enough(
    files: dict[Corner, Path], tmp_path: Path
) -> None:
    unnamed = {
        corner: write_weights(tmp_path / f"u{seed}.safetensors", seed=seed, named=False)
        for seed, corner in enumerate(files)
    }
    last = CORNERS["r1f1"]

    CornerFiles(files={**unnamed, last: files[last]}).load()

    with pytest.raises(ConfigError, match="none records the sizes"):
        CornerFiles(files=unnamed).load()


def test_files_of_different_networks_are_refused_by_name(
    files: dict[Corner, Path], tmp_path: Path
) -> None:
    wide = GeneratorRecipe(scale=2, channels=6, blocks=1)
    odd = write_weights(tmp_path / "odd.safetensors", seed=1, sizes=wide)

    with pytest.raises(ConfigError, match=r"odd\.safetensors: is of another network"):
        CornerFiles(files={**files, CORNERS["r1f1"]: odd}).load()


@pytest.mark.parametrize("labels", [("r0", "r1"), ("f0", "f1"), ("r0f0", "r0f1", "r1f0", "r1f1")])
def test_a_dial_has_one_value_or_two(labels: tuple[str, ...]) -> None:
    check_corners({CORNERS[label]: 0 for label in labels})


@pytest.mark.parametrize(
    "labels", [(), ("r0",), ("r0f0", "r1f0"), ("r0f0", "r1f1"), ("r0", "f1"), ("r0f0", "r1", "r0")]
)
def test_a_dial_without_all_its_corners_is_refused(labels: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="a dial needs a network at each corner"):
        check_corners({CORNERS[label]: 0 for label in labels})


def test_a_point_is_a_plain_network_mixed_of_the_corners(files: dict[Corner, Path]) -> None:
    dial = CornerFiles(files=files).load()

    plain = dial.fixed(DialPoint(restoration=0.25, fidelity=0.6))

    assert (set(plain.corners), plain.kind, plain.degradation) == ({PLAIN}, "faithful", "real")
    shares = {"r0f0": 0.3, "r1f0": 0.1, "r0f1": 0.45, "r1f1": 0.15}
    weights = {label: dial.corners[CORNERS[label]].state_dict() for label in LABELS}
    for name, tensor in plain.corners[PLAIN].state_dict().items():
        expected = sum(share * weights[label][name] for label, share in shares.items())
        assert torch.allclose(tensor, torch.as_tensor(expected), atol=1e-6)
    corner = dial.fixed(DialPoint(restoration=1, fidelity=0))
    assert torch.equal(enlarged(corner, PLAIN), enlarged(dial, CORNERS["r1f0"]))
    assert (corner.kind, corner.training["fixed_at"]) == (
        "vivid",
        {"restoration": 1.0, "fidelity": 0.0},
    )


def test_a_faithful_and_a_vivid_run_are_the_ends_of_fidelity(tmp_path: Path) -> None:
    faithful = run_folder(tmp_path / "faithful", PsnrRecipe)
    vivid = run_folder(tmp_path / "vivid", GanRecipe)

    found = RunSource(run=faithful, vivid=vivid).load()

    assert set(found.corners) == {Corner(fidelity=0), Corner(fidelity=1)}
    assert found.kind is None
    trained = found.training
    assert isinstance(trained["vivid"], dict)
    assert trained["vivid"]["recipe"]["type"] == "gan"
    assert trained["minutes"] == 0
    alone = RunSource(run=vivid).load()
    assert torch.equal(enlarged(found, Corner(fidelity=0)), enlarged(alone, PLAIN))


def test_runs_with_a_dial_have_four_corners_together(tmp_path: Path) -> None:
    faithful = dial_run(tmp_path / "faithful", recipe_of(PsnrRecipe))
    vivid = dial_run(tmp_path / "vivid", recipe_of(GanRecipe))

    alone = RunSource(run=faithful).load()
    both = RunSource(run=faithful, vivid=vivid).load()

    assert set(alone.corners) == {Corner(0), Corner(1)}
    assert alone.kind is None
    assert set(both.corners) == {CORNERS[label] for label in LABELS}
    assert torch.equal(enlarged(both, CORNERS["r1f1"]), enlarged(alone, Corner(1)))
    assert not torch.equal(enlarged(both, CORNERS["r0f1"]), enlarged(alone, Corner(1)))
    assert both.calibration[CORNERS["r1f0"]].kind == "real"


def test_a_run_with_a_dial_and_one_without_do_not_fit(tmp_path: Path) -> None:
    faithful = dial_run(tmp_path / "faithful", recipe_of(PsnrRecipe))
    vivid = run_folder(tmp_path / "vivid", GanRecipe)

    with pytest.raises(ConfigError, match="only one of them has a dial"):
        RunSource(run=faithful, vivid=vivid).load()


def test_runs_in_the_wrong_order_or_of_other_sizes_are_refused(tmp_path: Path) -> None:
    faithful = run_folder(tmp_path / "faithful", PsnrRecipe)
    vivid = run_folder(tmp_path / "vivid", GanRecipe)
    wide = run_folder(tmp_path / "wide", GanRecipe, channels=6)

    with pytest.raises(ConfigError, match=r"vivid: is not a faithful network"):
        RunSource(run=vivid, vivid=faithful).load()
    with pytest.raises(ConfigError, match="weights of different networks"):
        RunSource(run=faithful, vivid=wide).load()


@pytest.mark.parametrize(
    ("restoration", "name"), [(0, "clean"), (0.5, "light"), (0.67, "mild"), (1, "strong")]
)
def test_a_restoration_value_is_typical_of_a_degradation(restoration: float, name: str) -> None:
    assert typical_degradation(restoration) == name

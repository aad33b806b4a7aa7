"""A run becomes files and a card that agree with each other."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn

from engine.catalog.card_file import read_card
from engine.catalog.model_file import check_hash
from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import (
    DataRecipe,
    GeneratorRecipe,
    ScheduleRecipe,
    TeacherRecipe,
)
from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import GanRecipe, PsnrRecipe, SlimRecipe, SupernetRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled, OutputError, OutputExistsError
from engine.export import publish
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.export.network_sources import RunSource
from engine.export.onnx_file import export_onnx
from engine.export.publish import PublishRequest, publish_model
from engine.inference.network.session import SessionSpec, open_session
from engine.models.generators.base import Generator
from engine.models.generators.build import GENERATORS
from engine.quantization.plan import quantization_plan
from engine.quantization.ranges import ActivationRange
from engine.quantization.tuned_file import (
    TunedCorner,
    TunedNetworks,
    weights_fingerprint,
    write_tuned,
)
from engine.runs.run_folder import RunFolder
from engine.runs.summary import trained_s
from engine.training.interpolation import averaged_weights, interpolate_weights
from engine.training.methods.build import build_method
from engine.training.run import run_training
from engine.training.run_network import load_supernet
from engine.training.weights import read_weights
from tests.helpers.finished_runs import (
    CHOICES,
    SHARED,
    TEACHER,
    close_gates,
    finished_run,
    finished_run_of_any,
)
from tests.helpers.small_generators import small_sizes


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(2):
        small = np.random.default_rng(seed).integers(0, 256, (12, 14, 3), dtype=np.uint8)
        Image.fromarray(small).resize((112, 96), Image.Resampling.BICUBIC).save(
            folder / f"{seed}.png"
        )
    return folder


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _train(PsnrRecipe, photos, tmp_path_factory)


def _train(
    kind: type[PsnrRecipe | GanRecipe], photos: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    recipe = kind(
        name="tiny-x2",
        data=DataRecipe(
            folder=str(photos),
            cache_folder=str(tmp_path_factory.mktemp("cache")),
            patch_px=12,
            batch_size=2,
        ),
        schedule=ScheduleRecipe(steps=3),
        generator=GeneratorRecipe(scale=2, channels=16, blocks=1),
    )
    folder = RunFolder.create(
        tmp_path_factory.mktemp("runs"), "tiny", recipe_yaml=dump_recipe(recipe)
    )
    run_training(
        recipe,
        folder,
        build_method=build_method,
        token=CancelToken(),
        report=lambda _: None,
    )
    return folder.path


def _request(run: Path, photos: Path, folder: Path) -> PublishRequest:
    return PublishRequest(
        source=RunSource(run=run),
        folder=folder,
        name="Tiny",
        version="1",
        calibration=photos,
        protocol=BenchmarkProtocol(benchmarks=(photos,)),
        tile_px=32,
    )


def _tuned_file(run: Path, folder: Path, *, label: str = "") -> Path:
    """Write int8 weights of the network of ``run``, with all ranges from -1 to 1."""
    network = RunSource(run=run).load()
    export_onnx(network.first, folder / "fp32.onnx")
    model = onnx.load(folder / "fp32.onnx")
    head = next(one for one in model.graph.initializer if one.name == "head.weight")
    corner = TunedCorner(
        source=weights_fingerprint(model),
        weights={"head.weight": 2 * onnx.numpy_helper.to_array(head)},
        ranges=dict.fromkeys(quantization_plan(model).activations, ActivationRange(-1.0, 1.0)),
    )
    write_tuned(
        TunedNetworks(model="tiny-x2", corners={label: corner}), folder / "int8.safetensors"
    )
    return folder / "int8.safetensors"


def test_int8_files_get_the_weights_that_were_tuned_for_them(
    run: Path, photos: Path, tmp_path: Path
) -> None:
    request = replace(
        _request(run, photos, tmp_path / "models"),
        calibration=None,
        tuned=_tuned_file(run, tmp_path),
    )

    card = publish_model(request)

    full, small = (
        onnx.load(tmp_path / "models" / variant.files[0].file) for variant in card.variants
    )
    weights = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in full.graph.initializer}
    tuned = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in small.graph.initializer}
    np.testing.assert_array_equal(tuned["head.weight"], 2 * weights["head.weight"])
    scales = [
        tensor for name, tensor in tuned.items() if name.endswith("_scale") and not tensor.shape
    ]
    assert scales
    np.testing.assert_allclose(scales, 2 / 255, rtol=1e-5)
    assert card.variants[1].smooth_difference_levels is not None
    assert "no int8 file" not in " ".join(card.limits)


def test_int8_weights_of_another_corner_or_network_are_refused(
    run: Path, photos: Path, tmp_path: Path
) -> None:
    request = replace(_request(run, photos, tmp_path / "models"), calibration=None)

    with pytest.raises(ConfigError, match="tiny-x2, which has: r0f1; a plain network is missing"):
        publish_model(replace(request, tuned=_tuned_file(run, tmp_path, label="r0f1")))
    assert not list((tmp_path / "models").glob("*.onnx"))


def test_card_describes_the_files_beside_it(run: Path, photos: Path, tmp_path: Path) -> None:
    publish_model(_request(run, photos, tmp_path))

    card = read_card(tmp_path / "tiny-x2.json")
    assert (card.kind, card.degradation) == ("faithful", "bicubic")
    assert [variant.precision for variant in card.variants] == ["fp32", "int8"]
    for file in card.files:
        check_hash(file, tmp_path)
    assert card.scale == 2
    assert card.receptive_field_px == 13
    assert {figure.metric for figure in card.quality} == {
        "psnr_y_db",
        "ssim_y",
        "psnr_rgb_db",
        "consistency_levels",
        "color_shift_de",
    }
    assert card.training["step"] == 3


def test_the_card_has_the_machine_and_the_time_of_the_training(
    run: Path, photos: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(run, tmp_path / "run")
    machine = '{"device_name": "Acme 9000", "processes": 2, "threads": 3, "seed": 0}'
    (moved / "environment.json").write_text(machine)
    seconds = trained_s(RunFolder.open(moved).events())
    assert seconds > 0

    training = publish_model(_request(moved, photos, tmp_path)).training

    assert training["machine"] == "Acme 9000, 2 x 3 threads"
    assert training["minutes"] == round(seconds / 60, 1)


def test_card_names_the_run_it_started_from(run: Path, photos: Path, tmp_path: Path) -> None:
    start = next(run.glob("checkpoints/step-*/averaged.safetensors"))
    moved = _started_from(start, shutil.copytree(run, tmp_path / "run"))

    assert publish_model(_request(moved, photos, tmp_path)).training["start"] == "tiny-x2, step-3"


def test_card_names_the_file_it_started_from(run: Path, photos: Path, tmp_path: Path) -> None:
    moved = _started_from(tmp_path / "old.safetensors", shutil.copytree(run, tmp_path / "run"))

    assert publish_model(_request(moved, photos, tmp_path)).training["start"] == "old.safetensors"


def test_a_mix_is_published_instead_of_the_runs_own_weights(
    run: Path, photos: Path, tmp_path: Path
) -> None:
    newest = averaged_weights(RunFolder.open(run))
    doubled = tmp_path / "doubled.safetensors"
    save_file({name: 2 * tensor for name, tensor in load_file(newest).items()}, doubled)
    mix = tmp_path / "mix.safetensors"
    interpolate_weights(newest, doubled, mix, vividness=0.25)
    plain = publish_model(_request(run, photos, tmp_path / "plain"))

    card = publish_model(
        replace(_request(run, photos, tmp_path / "mix"), source=RunSource(run=run, weights=mix))
    )

    assert card.training["weights"] == "0.75 of tiny-x2, step-3 + 0.25 of doubled.safetensors"
    assert "weights" not in plain.training
    assert card.files[0].sha256 != plain.files[0].sha256


def test_weights_of_another_network_are_refused(run: Path, photos: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"head": torch.zeros(1)}, other)

    with pytest.raises(ConfigError, match="no tensor that fits"):
        publish_model(
            replace(_request(run, photos, tmp_path), source=RunSource(run=run, weights=other))
        )


def _started_from(weights: Path, run: Path) -> Path:
    recipe = load_recipe(run / "recipe.yaml")
    changed = msgspec.structs.replace(recipe, init_weights=str(weights))
    (run / "recipe.yaml").write_text(dump_recipe(changed))
    return run


def test_what_an_adversary_trained_is_vivid(
    photos: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = _train(GanRecipe, photos, tmp_path_factory)
    card = publish_model(replace(_request(run, photos, tmp_path), is_default=True))

    assert (card.kind, card.is_default) == ("vivid", True)


def test_a_model_is_replaced_only_when_asked(run: Path, photos: Path, tmp_path: Path) -> None:
    request = _request(run, photos, tmp_path)
    publish_model(request)

    with pytest.raises(OutputExistsError, match=r"tiny-x2\.json: exists already"):
        publish_model(request)

    assert publish_model(replace(request, may_replace=True, name="New")).name == "New"


def test_a_file_that_is_no_card_is_never_replaced(run: Path, photos: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text('{"mine": 1}', encoding="utf-8")
    request = replace(_request(run, photos, tmp_path), id="settings", may_replace=True)
    with pytest.raises(OutputExistsError, match=r"settings\.json: is not a model card"):
        publish_model(request)
    assert settings.read_text(encoding="utf-8") == '{"mine": 1}'


def test_a_model_stays_whole_when_its_replacement_fails(
    run: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _request(run, photos, tmp_path)
    old = publish_model(request)
    (request.folder / old.files[0].file).write_bytes(b"of an older run")
    before = {path.name: path.read_bytes() for path in request.folder.iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise JobCancelled

    monkeypatch.setattr(publish, "measured_card", fail)
    with pytest.raises(JobCancelled):
        publish_model(replace(request, may_replace=True, name="New"))

    assert {path.name: path.read_bytes() for path in request.folder.iterdir()} == before


def test_a_folder_that_cannot_be_written_to_is_named(
    run: Path, photos: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"mine")

    with pytest.raises(OutputError, match="file: cannot be written"):
        publish_model(_request(run, photos, tmp_path / "file"))

    assert (tmp_path / "file").read_bytes() == b"mine"


def test_card_names_no_folder_of_the_trainer(run: Path, photos: Path, tmp_path: Path) -> None:
    publish_model(_request(run, photos, tmp_path))

    assert str(photos) not in (tmp_path / "tiny-x2.json").read_text()


def test_a_run_without_checkpoint_is_refused(run: Path, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "recipe.yaml").write_bytes((run / "recipe.yaml").read_bytes())

    with pytest.raises(ConfigError, match="no checkpoint"):
        publish_model(_request(tmp_path, photos, tmp_path))


def test_a_slim_run_is_published_as_what_its_gates_leave(photos: Path, tmp_path: Path) -> None:
    recipe = SlimRecipe(**SHARED, teacher=TEACHER, quantize=False)  # type: ignore[arg-type]
    run = tmp_path / "run"
    gated = close_gates(run, finished_run(run, recipe), quantize=False)

    card = publish_model(_request(run, photos, tmp_path))

    assert np.abs(_run_file(tmp_path / "tiny.onnx") - _run_torch(gated)).max() < 1e-4
    assert card.architecture.config["inner"] == ((5, 4), (3, 2))
    assert card.params < sum(p.numel() for p in gated.network.folded().parameters())


def test_a_subnet_of_a_supernet_run_is_published_under_an_id_of_its_own(
    photos: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    finished_run(run, SupernetRecipe(**SHARED, **CHOICES, teacher=TEACHER))  # type: ignore[arg-type]
    sizes: dict[str, object] = {"channels": 4, "blocks": 1, "inner": [[2, 5]]}

    source = RunSource(run=run, subnet=sizes)
    request = replace(_request(run, photos, tmp_path), id="tiny-4x1", source=source)
    card = publish_model(request)

    cut = GeneratorRecipe(channels=4, blocks=1, inner=((2, 5),))
    subnet = load_supernet(run).cut(MfaSizes.of(cut))
    assert np.abs(_run_file(tmp_path / "tiny-4x1.onnx") - _run_torch(subnet)).max() < 1e-4
    assert card.id == "tiny-4x1"
    assert (card.architecture.config["channels"], card.receptive_field_px) == (4, 13)


def test_card_names_files_of_weights_without_their_folders(photos: Path, tmp_path: Path) -> None:
    teacher = TeacherRecipe(generator=TEACHER.generator, weights="/home/anna/t.safetensors")
    run = tmp_path / "run"
    finished_run(run, SupernetRecipe(**SHARED, **CHOICES, teacher=teacher))  # type: ignore[arg-type]

    card = publish_model(_request(run, photos, tmp_path))

    trained = card.training["recipe"]
    assert isinstance(trained, dict)
    assert trained["teacher"]["weights"] == "t.safetensors"
    assert "anna" not in (tmp_path / "tiny.json").read_text()


def _lr() -> NDArray[np.float32]:
    return np.random.default_rng(0).random((1, 3, 11, 14), dtype=np.float32)


def _run_file(path: Path) -> NDArray[np.float32]:
    return open_session(SessionSpec.of_file(path)).run(_lr())


def _run_torch(network: nn.Module) -> NDArray[np.float32]:
    with torch.inference_mode():
        result: NDArray[np.float32] = network(torch.from_numpy(_lr())).numpy()
    return result


def _macs_by_hand(network: Generator, side_px: int) -> int:
    """Count what each convolution does while the network really runs."""
    counts: list[int] = []

    def count(layer: nn.Module, given: object, made: torch.Tensor) -> None:
        assert isinstance(layer, nn.Conv2d)
        inputs = layer.in_channels // layer.groups * layer.kernel_size[0] * layer.kernel_size[1]
        counts.append(made.numel() * inputs)

    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        network(torch.zeros(1, 3, side_px, side_px))
    return sum(counts)


@pytest.mark.parametrize("family", list(GENERATORS))
def test_any_family_is_published_and_runs_as_its_card_says(
    family: str, photos: Path, tmp_path: Path
) -> None:
    sizes = small_sizes(family)
    recipe = PsnrRecipe(**{**SHARED, "generator": sizes})  # type: ignore[arg-type]
    whole = finished_run_of_any(tmp_path / "run", recipe).eval()

    card = publish_model(_request(tmp_path / "run", photos, tmp_path))

    assert card.architecture.family == family
    assert card.macs.value == _macs_by_hand(whole.folded(), 256)
    assert card.exact_overlap_px == card.tile.overlap_px == (whole.receptive_field_px - 1) // 2
    assert card.tile.best_px > 2 * card.tile.overlap_px
    lr = np.random.default_rng(0).random((1, 3, 40, 33), dtype=np.float32)
    sr = open_session(SessionSpec.of_file(tmp_path / "tiny.onnx")).run(lr)
    with torch.inference_mode():
        assert np.abs(whole(torch.from_numpy(lr)).numpy() - sr).max() < 1e-4
    # Weights of the file can be trained on: it says which generator they are of.
    assert read_weights(str(tmp_path / "tiny.onnx")).sizes == sizes

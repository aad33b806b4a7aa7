from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from engine.config.degradation import DegradationRecipe, SecondPassRecipe
from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import AnyRecipe
from engine.core.errors import ConfigError


def load(tmp_path: Path, degradation: str, *, data: str = "folder: photos") -> AnyRecipe:
    path = tmp_path / "recipe.yaml"
    path.write_text(
        f"name: a\nschedule: {{steps: 1}}\ndata: {{{data}, degradation: {{{degradation}}}}}\n",
        encoding="utf-8",
    )
    return load_recipe(path)


def test_a_recipe_of_before_these_numbers_is_as_published(tmp_path: Path) -> None:
    recipe = load(tmp_path, "kind: real, strength: 0.5")

    assert recipe.data.degradation == DegradationRecipe(kind="real", strength=0.5)


def test_what_the_second_pass_leaves_out_is_its_own_default(tmp_path: Path) -> None:
    second = load(tmp_path, "second: {blur: {sinc_share: 0}}").data.degradation.second

    assert second.blur.sinc_share == 0
    assert second.blur.share == 0.8
    assert second.blur.sigma_px == (0.2, 1.5)
    assert second.resize.limits == (0.3, 1.2)


def test_all_numbers_survive_being_written_and_read(tmp_path: Path) -> None:
    recipe = load(
        tmp_path, "kind: real, strength: [0.2, 1], pool_batches: 4, last: {sinc_share: 0}"
    )
    path = tmp_path / "written.yaml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")

    assert load_recipe(path) == recipe
    written = yaml.safe_load(path.read_text(encoding="utf-8"))["data"]["degradation"]
    assert written["second"]["noise"]["poisson_scale"] == [0.05, 2.5]


def test_a_value_of_the_command_line_changes_one_number(tmp_path: Path) -> None:
    load(tmp_path, "kind: real")

    recipe = load_recipe(
        tmp_path / "recipe.yaml", {"data.degradation.second.jpeg_quality": "[50, 60]"}
    )

    wanted = SecondPassRecipe(jpeg_quality=(50.0, 60.0))
    assert recipe.data.degradation.second == wanted


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("first: {blur: {shapes: {round_plain: 0.9}}}", "add up to 1.45"),
        ("first: {resize: {keep_share: 0.5}}", "add up to 1.4"),
        ("first: {resize: {limits: [1.2, 1.5]}}", "the first is in"),
        ("first: {resize: {filters: [lanczos]}}", "Invalid enum value"),
        ("first: {blur: {sizes_px: [7, 8]}}", "odd sides"),
        ("first: {blur: {sizes_px: [23]}}", "to 21"),
        ("first: {blur: {sigma_px: [3, 1]}}", "sigma_px"),
        ("second: {jpeg_quality: [0, 50]}", "jpeg_quality"),
        ("second: {noise: {gauss_sigma: [5, 1]}}", "gauss_sigma"),
        ("last: {sizes_px: []}", "sizes_px"),
        ("strength: -0.1", "strength"),
        ("kind: mix", "only kind mix has parts"),
        ("mix: [{share: 1, kind: mild}]", "only kind mix has parts"),
        ("kind: mix, mix: [{share: 0.4, kind: mild}]", "add up to 0.4"),
        ("kind: mild, one_pass: {noise_sigma: [5, 1]}", "noise_sigma"),
        ("kind: real, one_pass: {blur_share: 0.5}", "kind=real takes no numbers"),
        ("kind: mix, mix: [{share: 1, kind: strong, one_pass: {}}]", "kind=strong takes no"),
        ("kind: mix, strength: 0.5, mix: [{share: 1, kind: mild}]", "each part has its own"),
        ("strength: [0.5, 1.5]", "strength"),
        ("strength: [0.9, 0.2]", "strength"),
        ("pool_batches: 0", "pool_batches"),
        ("blur: {}", "no value 'data.degradation.blur'"),
    ],
)
def test_a_wrong_number_is_refused_by_name(tmp_path: Path, wrong: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        load(tmp_path, wrong)


def test_given_lr_photos_cannot_be_degraded(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="lr_folder gives the LR photos"):
        load(tmp_path, "kind: real", data="folder: hr, lr_folder: lr")


def test_deleting_decoders_of_recipes_does_not_end_the_process() -> None:
    # msgspec 0.22 crashes on deleting a decoder of a union of a limited number and a pair.
    program = (
        "import gc, msgspec\n"
        "from engine.config.degradation import DegradationRecipe\n"
        "decoders = [msgspec.json.Decoder(DegradationRecipe) for _ in range(20)]\n"
        "values = [decoder.decode(b'{\"strength\": [0.2, 1.0]}') for decoder in decoders]\n"
        "del decoders\n"
        "gc.collect()\n"
        "print(values[0].strength)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "(0.2, 1.0)\n")

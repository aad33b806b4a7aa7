from __future__ import annotations

from pathlib import Path

import pytest

from engine.config.method_comparison import load_comparison
from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import GanRecipe, OmgdRecipe, PsnrRecipe, SlimRecipe
from engine.config.renamed_keys import current_metric, current_recipe
from engine.core.errors import ConfigError

MINIMAL = "name: a\ndata: {folder: photos}\nschedule: {steps: 10}\n"
TEACHER = "teacher: {weights: some-model}\n"
OMGD = "type: omgd\nwider: {}\ndeeper: {}\n"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_recipe_in_old_words_is_read_and_each_old_word_is_named(tmp_path: Path) -> None:
    warnings: list[str] = []
    old = "type: gan\njitter_px: 7\nweights: {colour: 1.0, grid: 10.0, artefact: 0.5}\n"

    recipe = load_recipe(write(tmp_path, MINIMAL + old), warn=warnings.append)

    assert isinstance(recipe, GanRecipe)
    assert recipe.random_shift_px == 7
    weights = recipe.weights
    assert (weights.color, weights.checkerboard, weights.artifact) == (1.0, 10.0, 0.5)
    assert [w.split("mine.yaml: ")[1].partition(";")[0] for w in warnings] == [
        "jitter_px is now called random_shift_px",
        "weights.colour is now called weights.color",
        "weights.grid is now called weights.checkerboard",
        "weights.artefact is now called weights.artifact",
    ]


def test_other_kinds_of_recipes_in_old_words_are_read_too(tmp_path: Path) -> None:
    warnings: list[str] = []

    def load(text: str) -> object:
        return load_recipe(write(tmp_path, MINIMAL + text), warn=warnings.append)

    psnr = load("colour: 1.0\n")
    slim = load(f"type: slim\n{TEACHER}quantise: false\n")
    omgd = load(OMGD + "connector: normalised\nstudent_weights: {grid: 2.0}\n")

    assert isinstance(psnr, PsnrRecipe)
    assert psnr.color == 1.0
    assert isinstance(slim, SlimRecipe)
    assert not slim.quantize
    assert isinstance(omgd, OmgdRecipe)
    assert (omgd.connector, omgd.student_weights.checkerboard) == ("normalized", 2.0)
    assert any("connector=normalised is now connector=normalized" in w for w in warnings)
    assert len(warnings) == 4


def test_a_recipe_in_current_words_warns_of_nothing(tmp_path: Path) -> None:
    warnings: list[str] = []
    recipe = load_recipe(write(tmp_path, MINIMAL + "type: gan\n"))

    assert load_recipe(write(tmp_path, dump_recipe(recipe)), warn=warnings.append) == recipe
    assert warnings == []


@pytest.mark.parametrize(
    ("name", "text"),
    [("weights.grid", "3.0"), ("weights", "{grid: 3.0}"), ("weights.checkerboard", "3.0")],
)
@pytest.mark.parametrize("in_file", ["grid", "checkerboard"])
def test_the_command_line_changes_a_value_whichever_word_either_uses(
    tmp_path: Path, name: str, text: str, in_file: str
) -> None:
    warnings: list[str] = []
    path = write(tmp_path, f"{MINIMAL}type: gan\nweights: {{{in_file}: 10.0}}\n")

    recipe = load_recipe(path, {name: text}, warn=warnings.append)

    assert isinstance(recipe, GanRecipe)
    assert recipe.weights.checkerboard == 3.0
    of_command_line = [warning for warning in warnings if warning.startswith("--set")]
    assert bool(of_command_line) == ("grid" in f"{name}{text}")


def test_an_old_name_and_its_new_one_together_are_refused(tmp_path: Path) -> None:
    both = "type: gan\nweights: {grid: 10.0, checkerboard: 1.0}\n"
    with pytest.raises(ConfigError, match=r"mine\.yaml: weights\.grid is the old name of .* both"):
        load_recipe(write(tmp_path, MINIMAL + both))

    overrides = {"jitter_px": "3", "random_shift_px": "4"}
    with pytest.raises(ConfigError, match="--set jitter_px=3 sets the same value"):
        load_recipe(write(tmp_path, MINIMAL + "type: gan\n"), overrides)


def test_a_wrong_value_of_an_old_name_is_told_as_it_was_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--set jitter_px=many: Expected `int`"):
        load_recipe(write(tmp_path, MINIMAL + "type: gan\n"), {"jitter_px": "many"})


PLAN = """
recipe: {data: {folder: photos}, weights: {grid: 1.0}}
parts: {grid: {weights: {colour: 2.0}}}
arms:
  genes: {parts: [grid], recipe: {type: supernet, jitter_px: 3}}
  cut: {cut_from: genes, genes: {channels: 8}}
"""


def test_a_plan_in_old_words_is_read_and_its_own_names_stay(tmp_path: Path) -> None:
    warnings: list[str] = []
    overrides = {"arms.cut.genes.channels": "16", "parts.grid.weights.artefact": "4.0"}

    plan = load_comparison(write(tmp_path, PLAN), overrides, warn=warnings.append)

    assert list(plan.arms) == ["genes", "cut"]
    assert plan.arms["cut"].subnet == {"channels": 16}
    tree = plan.recipe_of(plan.arms["genes"])
    assert tree["weights"] == {"checkerboard": 1.0, "color": 2.0, "artifact": 4.0}
    assert tree["random_shift_px"] == 3
    assert any("arms.cut.genes is now called arms.cut.subnet" in warning for warning in warnings)
    assert len(warnings) == 6


def test_a_plan_that_says_a_value_in_both_words_is_refused(tmp_path: Path) -> None:
    text = "recipe: {}\narms: {a: {genes: {}, subnet: {}}}"
    with pytest.raises(ConfigError, match=r"arms\.a\.genes is the old name of arms\.a\.subnet"):
        load_comparison(write(tmp_path, text))


@pytest.mark.parametrize(
    "text", ["recipe: 3\narms: {}", "recipe: {}\nparts: [a]\narms: 4", "recipe: {}\narms: {a: 5}"]
)
def test_a_plan_of_the_wrong_shape_is_refused_as_before(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="Expected `object`"):
        load_comparison(write(tmp_path, text))


def test_values_that_are_no_groups_pass_unchanged() -> None:
    tree = {"mix": [{"kind": "light"}], "milestones": [0.5], "connector": ["normalised"], "a": None}

    assert current_recipe(tree, source="x") == tree


def test_metrics_of_earlier_versions_have_current_names() -> None:
    assert current_metric("grid_codes") == "checkerboard_levels"
    assert current_metric("psnr_y_db") == "psnr_y_db"

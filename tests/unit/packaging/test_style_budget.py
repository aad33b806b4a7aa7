"""The style budget counts what it says it counts."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "packaging" / "style_budget.py"


@pytest.fixture(scope="module")
def style_budget() -> ModuleType:
    spec = importlib.util.spec_from_file_location("style_budget", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["style_budget"] = module
    spec.loader.exec_module(module)
    return module


def _tree(root: Path, source: str, tests: str = "") -> Path:
    for folder in ("app", "engine", "tests"):
        (root / folder).mkdir()
    (root / "engine" / "a.py").write_text(source)
    (root / "tests" / "test_a.py").write_text(tests)
    return root


def test_a_function_without_types_is_named(style_budget: ModuleType, tmp_path: Path) -> None:
    root = _tree(tmp_path, '"""A."""\n\n\ndef bare(x):\n    """B."""\n    return x\n')

    budget, places = style_budget.measure(root)

    assert budget.annotated_percent == 0
    assert any("bare" in place for place in places)


def test_a_public_name_without_docstring_is_named(style_budget: ModuleType, tmp_path: Path) -> None:
    root = _tree(tmp_path, '"""A."""\n\n\nclass Bare:\n    def _own(self) -> None: ...\n')

    budget, places = style_budget.measure(root)

    assert budget.documented_percent == 50
    assert any("Bare" in place for place in places)
    assert not any("_own" in place for place in places)


def test_docstrings_and_comments_are_no_code(style_budget: ModuleType, tmp_path: Path) -> None:
    root = _tree(tmp_path, '"""A.\n\nMore.\n"""\n\n# Why.\nx = 1\ny = (\n    2\n)\n', "x = 1\n")

    budget, _ = style_budget.measure(_with_function(root))

    assert budget.source_lines == 6
    assert budget.comments_per_100_lines == pytest.approx(16.7)
    assert budget.tests_per_source_line == pytest.approx(0.17)


def test_a_file_that_is_too_long_breaks_the_budget(
    style_budget: ModuleType, tmp_path: Path
) -> None:
    root = _with_function(_tree(tmp_path, '"""A."""\n' + "x = 1\n" * 490))

    budget, places = style_budget.measure(root)

    assert any("longest_file_lines is" in problem for problem in style_budget.broken(budget))
    assert any(place.startswith("49") for place in places)


def _with_function(root: Path) -> Path:
    path = root / "engine" / "a.py"
    path.write_text(path.read_text() + "\n\ndef _f() -> None:\n    return\n")
    return root

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import engine.api
from engine.api.names import NAMES_BY_MODULE
from tests.helpers.api_surface import SURFACE_FILE, surface

_APP = Path(__file__).resolve().parents[4] / "app"


def _imported_from_the_door(source: str) -> set[str]:
    """Return the names that ``source`` imports from `engine.api`."""
    return {
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "engine.api"
        for alias in node.names
    }


def _names_for_type_checkers() -> dict[str, str]:
    """Return the module of every name below ``if TYPE_CHECKING``, as a type checker reads it."""
    tree = ast.parse(inspect.getsource(engine.api))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


def test_the_door_is_the_one_that_was_agreed_on() -> None:
    agreed = json.loads(SURFACE_FILE.read_text(encoding="utf-8"))
    assert surface() == agreed, "write the new one: python -m tests.helpers.api_surface"


def test_the_door_offers_what_the_app_uses_and_no_more() -> None:
    files = [path.read_text(encoding="utf-8") for path in _APP.rglob("*.py")]
    used = set().union(*map(_imported_from_the_door, files))

    assert used == set(engine.api.__all__)


def test_type_checkers_see_every_name_where_it_is_loaded_from() -> None:
    names = [name for names in NAMES_BY_MODULE.values() for name in names]

    assert Counter(names).most_common(1)[0][1] == 1
    assert _names_for_type_checkers() == engine.api._MODULE_OF


def test_every_name_can_be_listed_and_an_unknown_one_is_refused() -> None:
    assert dir(engine.api) == sorted(engine.api.__all__)
    with pytest.raises(AttributeError, match="no attribute 'upscale_everything'"):
        engine.api.upscale_everything  # noqa: B018


def test_a_small_name_loads_no_library() -> None:
    heavy = ("numpy", "onnxruntime", "pyvips", "cv2", "msgspec", "PIL")
    code = (
        "import sys; from engine.api import CancelToken, EngineError, Region, printable; "
        f"sys.exit(', '.join(name for name in {heavy!r} if name in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_every_class_and_function_says_what_it_is() -> None:
    named = {name: getattr(engine.api, name) for name in engine.api.__all__}
    silent = [
        name
        for name, value in named.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not inspect.getdoc(value)
    ]
    assert silent == []

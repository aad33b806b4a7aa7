"""Threads of the window decode with msgspec, which needs each type to be prepared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

_ENGINE = Path(__file__).resolve().parents[2] / "engine"
# What the window calls on its worker threads.
_PACKAGES = ("catalog", "config", "inference", "judging", "probing", "runs")
_PLAIN = {"str", "int", "dict[str, Any]", "dict[str, str]"}


def _kinds(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """Give line and type of everything that is decoded into."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        named = [keyword.value for keyword in node.keywords if keyword.arg == "type"]
        if name in {"msgspec.json.decode", "msgspec.convert"}:
            for kind in (named or node.args[1:2])[:1]:
                yield node.lineno, kind
        # To inspect a type, msgspec makes a decoder for it.
        elif name in {"msgspec.json.Decoder", "inspect.type_info"}:
            for kind in (named or node.args)[:1]:
                yield node.lineno, kind


@pytest.mark.parametrize("package", _PACKAGES)
def test_types_are_prepared_for_threads(package: str) -> None:
    bare = [
        f"{path.relative_to(_ENGINE)}:{line}: {ast.unparse(kind)}"
        for path in sorted((_ENGINE / package).rglob("*.py"))
        for line, kind in _kinds(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.unparse(kind).startswith("prepared(") and ast.unparse(kind) not in _PLAIN
    ]

    assert bare == [], "wrap these types in prepared() of engine/core/typed_data.py"

"""The documents name what the tree holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(
    path
    for half in ("app", "engine")
    for path in (ROOT / half).iterdir()
    if (path / "__init__.py").exists()
)


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_drawing_of_the_architecture_has_each_package(room: Path) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawing = page.split("```")[1]
    assert "engine, no Qt" in drawing

    # A word of its own: "core" is part of others, and "data" occurs in any text.
    assert re.search(rf"(?<![\w/-]){room.name}(?![\w/-])", drawing)


def test_every_path_the_architecture_page_names_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    named = {
        word for word in page.split("`")[1::2] if word.startswith(("engine/", "app/", "docs/"))
    }
    paths = {word for word in named if "…" not in word and "<" not in word}
    assert paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []

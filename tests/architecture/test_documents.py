"""The documents name what the tree holds."""

from __future__ import annotations

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
def test_the_architecture_page_mentions_each_room(room: Path) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert room.name in page


def test_every_path_the_architecture_page_names_exists() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    named = {
        word for word in page.split("`")[1::2] if word.startswith(("engine/", "app/", "docs/"))
    }
    paths = {word for word in named if "…" not in word and "<" not in word}
    assert paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []

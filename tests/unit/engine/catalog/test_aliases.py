"""Tests of what replaced the models of earlier versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog.aliases import corner_files, find_alias
from engine.core.errors import UnknownNameError
from tests.helpers.catalogs import put_dial, put_model, shipped

DIALS = ("mfa-xs-x4", "mfa-s-x4", "mfa-m-x4", "mfa-s-x2")


@pytest.mark.parametrize(
    ("suffix", "restoration", "fidelity"),
    [
        ("classic", 0.0, 1.0),
        ("classic-vivid", 0.0, 0.0),
        ("photo", None, 1.0),
        ("photo-vivid", None, 0.0),
    ],
)
@pytest.mark.parametrize("dial", DIALS)
def test_every_earlier_model_is_a_point_of_a_dial(
    dial: str, suffix: str, restoration: float | None, fidelity: float
) -> None:
    alias = find_alias(f"{dial}-{suffix}", DIALS)

    assert alias is not None
    assert (alias.model_id, alias.restoration, alias.fidelity) == (dial, restoration, fidelity)


def test_the_note_is_the_command_line_that_does_the_same() -> None:
    classic, photo = (find_alias(f"mfa-s-x4-{name}", DIALS) for name in ("classic", "photo-vivid"))

    assert classic is not None
    assert photo is not None
    assert classic.note == (
        "mfa-s-x4-classic was replaced by mfa-s-x4 with --restoration 0 --fidelity 1"
    )
    assert photo.note.endswith("mfa-s-x4 with --restoration auto --fidelity 0")


def test_an_id_stands_for_a_dial_only_if_that_is_installed() -> None:
    assert find_alias("mfa-s-x4-photo", ["mfa-m-x4"]) is None
    assert find_alias("mfa-s-x4", DIALS) is None
    assert find_alias("mine-photo", DIALS) is None


def test_a_model_that_is_installed_is_no_alias(tmp_path: Path) -> None:
    put_dial(tmp_path, "mfa-s-x4")
    put_model(tmp_path, "mfa-s-x4-classic")
    catalog = shipped(tmp_path)

    assert catalog.alias("mfa-s-x4-classic") is None
    assert catalog.get("mfa-s-x4-classic").kind == "faithful"
    assert catalog.alias("mfa-s-x4-photo") is not None
    with pytest.raises(UnknownNameError, match="photo was replaced by mfa-s-x4 with"):
        catalog.get("mfa-s-x4-photo")


@pytest.mark.parametrize(
    ("suffix", "corner"),
    [("classic", (0, 1)), ("classic-vivid", (0, 0)), ("photo", (1, 1)), ("photo-vivid", (1, 0))],
)
def test_the_weights_of_an_earlier_model_are_those_of_a_corner(
    tmp_path: Path, suffix: str, corner: tuple[int, int]
) -> None:
    files = put_dial(tmp_path, "mfa-s-x4").files
    alias = find_alias(f"mfa-s-x4-{suffix}", DIALS)

    assert alias is not None
    (file,) = corner_files(files, alias)
    assert (file.restoration, file.fidelity) == corner

from __future__ import annotations

import pytest

from engine.core.errors import MissingExtraError, UnknownNameError
from engine.export.targets.loading import load_target
from engine.export.targets.target_list import EXPORT_TARGETS, TargetEntry, target_entries


def test_targets_are_chosen_once_each_in_the_order_of_the_list() -> None:
    chosen = target_entries("ort, onnx,onnx")

    assert [entry.name for entry in chosen] == ["onnx", "ort"]


def test_all_are_all() -> None:
    assert target_entries("onnx,all") == EXPORT_TARGETS


@pytest.mark.parametrize("words", ["", " , ", "onnx,onxn"])
def test_a_wrong_name_is_refused(words: str) -> None:
    with pytest.raises(UnknownNameError):
        target_entries(words)


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match="'darktable'"):
        target_entries("darktabel")


def test_a_target_without_its_package_says_how_to_install_it() -> None:
    entry = TargetEntry(
        name="x", title="X", summary="", module="x", extra="export", packages=("no_such_thing",)
    )

    with pytest.raises(MissingExtraError, match=r"pip install .*\[export\]"):
        load_target(entry)

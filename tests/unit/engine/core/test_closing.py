from __future__ import annotations

import pytest
from typing_extensions import override

from engine.core.closing import Closing


class Door(Closing):
    def __init__(self) -> None:
        self.closings = 0

    @override
    def close(self) -> None:
        self.closings += 1


def test_a_block_closes_its_object_at_the_end() -> None:
    with Door() as door:
        assert door.closings == 0

    assert door.closings == 1


def test_an_error_in_the_block_goes_on_after_closing() -> None:
    door = Door()

    with pytest.raises(ValueError, match="in the block"), door:
        raise ValueError("in the block")

    assert door.closings == 1

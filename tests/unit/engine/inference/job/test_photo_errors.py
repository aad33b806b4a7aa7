"""Tests of what becomes of the errors of one photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import (
    DiskFullError,
    EngineError,
    JobCancelled,
    OutOfMemoryError,
    UnexpectedError,
)
from engine.inference.job.photo_errors import photo_errors

PHOTO = Path("/photos/a.png")


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (MemoryError(), OutOfMemoryError, "a.png: memory ran out"),
        (ValueError("odd"), UnexpectedError, r"a.png: unexpected error \(ValueError: odd\)"),
        (KeyError(), UnexpectedError, r"a.png: unexpected error \(KeyError\)"),
    ],
)
def test_an_error_becomes_one_that_names_the_photo(
    error: Exception, kind: type[EngineError], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught, photo_errors(PHOTO):
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [DiskFullError("full"), JobCancelled("stop"), KeyboardInterrupt()]
)
def test_errors_of_ours_and_interrupts_pass(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, photo_errors(PHOTO):
        raise error
    assert caught.value is error

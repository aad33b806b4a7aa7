from __future__ import annotations

import struct
from pathlib import Path

import pytest

from engine.core.errors import ImageTooLargeError, JobCancelled, UnreadableImageError
from engine.imaging.codecs.decoder_errors import decoder_errors


@pytest.mark.parametrize(
    "raised",
    [
        struct.error("unpack"),
        IndexError("list index out of range"),
        SyntaxError("not a HEIF file"),
        RuntimeError("no"),
        ValueError("invalid literal"),
        KeyError(3),
        AssertionError(),
        RecursionError(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"),
        OSError("broken data stream"),
    ],
)
def test_whatever_a_decoder_raises_is_damage_of_the_named_file(raised: Exception) -> None:
    with (
        pytest.raises(UnreadableImageError, match=r"a\.heic: damaged or incomplete \(.+\)"),
        decoder_errors(Path("a.heic")),
    ):
        raise raised


def test_a_panic_of_a_decoder_in_rust_is_damage_too() -> None:
    panic = type("PanicException", (BaseException,), {})

    with (
        pytest.raises(UnreadableImageError, match=r"a\.jxl: damaged or incomplete \(overflow\)"),
        decoder_errors(Path("a.jxl")),
    ):
        raise panic("overflow")


def test_the_end_of_the_program_passes_unchanged() -> None:
    with pytest.raises(KeyboardInterrupt), decoder_errors(Path("a.jxl")):
        raise KeyboardInterrupt


def test_an_error_of_the_system_is_not_called_damage() -> None:
    with (
        pytest.raises(UnreadableImageError, match=r"a\.png: cannot be read \(Input/output error"),
        decoder_errors(Path("a.png")),
    ):
        raise OSError(5, "Input/output error")


def test_too_little_memory_is_not_called_damage() -> None:
    with (
        pytest.raises(ImageTooLargeError, match=r"a\.png: not enough memory"),
        decoder_errors(Path("a.png")),
    ):
        raise MemoryError


def test_errors_of_ours_pass_unchanged() -> None:
    with pytest.raises(JobCancelled, match="stopped"), decoder_errors(Path("a.png")):
        raise JobCancelled("stopped")

from __future__ import annotations

import errno
import io
import logging
from types import SimpleNamespace

import pytest
from typing_extensions import override

from engine.imaging.vips import FileSource, FileTarget, blob, first_line, number, pyvips, set_blob


class DeadFile(io.BytesIO):
    """A file on a disk that is gone."""

    @override
    def read(self, _: int | None = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    @override
    def seek(self, _: int, __: int = io.SEEK_SET) -> int:
        raise OSError(errno.EIO, "Input/output error")

    @override
    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


# libvips calls these from threads of its own, where coverage does not look.


def test_a_source_reads_and_seeks_in_its_file() -> None:
    source = FileSource(io.BytesIO(b"0123456789"))

    assert source.read(3) == b"012"
    assert source.seek(-2, io.SEEK_END) == 8
    assert source.read(9) == b"89"
    assert source.error is None


def test_a_seek_out_of_the_file_is_refused_not_raised() -> None:
    assert FileSource(io.BytesIO(b"0123")).seek(-9, io.SEEK_SET) == -1


def test_what_goes_wrong_in_reading_is_kept() -> None:
    source = FileSource(DeadFile())

    assert source.read(3) is None
    assert isinstance(source.error, OSError)
    assert source.error.errno == errno.EIO


def test_a_target_writes_to_its_file() -> None:
    file = io.BytesIO()
    target = FileTarget(file)

    assert target.write(b"abc") == 3
    assert file.getvalue() == b"abc"
    assert target.seek(1, io.SEEK_SET) == 1
    assert target.read(9) == b"bc"
    assert target.error is None


def test_what_goes_wrong_in_writing_is_kept() -> None:
    target = FileTarget(DeadFile())

    assert target.write(b"abc") == -1
    assert target.error is not None
    assert target.error.errno == errno.ENOSPC


def test_what_goes_wrong_in_writing_out_is_kept() -> None:
    reading, seeking = FileTarget(DeadFile()), FileTarget(DeadFile())

    assert reading.read(1) is None
    assert reading.error is not None
    assert seeking.seek(0, io.SEEK_SET) == -1
    assert seeking.error is not None


def test_fields_that_are_not_there_are_none() -> None:
    image = pyvips.Image.black(2, 2).copy()
    set_blob(image, "own", b"content")

    assert blob(image, "own") == b"content"
    assert blob(image, "other") is None
    assert number(image, "width") == 2
    assert number(image, "other") is None


@pytest.mark.parametrize(("detail", "said"), [("\n  one\n two", "one"), ("", "message")])
def test_the_first_line_of_an_error_is_told(detail: str, said: str) -> None:
    assert first_line(SimpleNamespace(message="message", detail=detail)) == said


def test_libvips_speaks_to_nobody() -> None:
    assert not logging.getLogger("pyvips").isEnabledFor(logging.ERROR)

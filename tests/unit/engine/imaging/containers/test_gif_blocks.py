from __future__ import annotations

import io

import pytest
from PIL import Image

from engine.imaging.containers.gif_blocks import read_gif_head
from tests.helpers.metadata_blocks import xmp_of
from tests.helpers.pictures import noise

XMP_BLOCK = b"\x21\xff\x0bXMP DataXMP" + xmp_of() + bytes([1, *range(255, -1, -1), 0])


def _gif(comment: bytes = b"", frames: int = 1) -> bytes:
    stream = io.BytesIO()
    pictures = [Image.fromarray(noise(40, 40, seed=seed)) for seed in range(frames)]
    pictures[0].save(stream, "GIF", comment=comment, save_all=True, append_images=pictures[1:])
    return stream.getvalue()


def _with(block: bytes, gif: bytes, *, at_end: bool = False) -> io.BytesIO:
    at = len(gif) - 1 if at_end else 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    return io.BytesIO(gif[:at] + block + gif[at:])


def test_a_comment_of_another_writer_is_read() -> None:
    comment = b"a comment longer than a block " * 20

    head = read_gif_head(io.BytesIO(_gif(comment)))

    assert head.comments == [comment]
    assert head.xmp is None


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize("frames", [1, 3])
def test_xmp_and_comments_are_found_on_both_sides_of_the_pictures(
    at_end: bool, frames: int
) -> None:
    gif = _with(XMP_BLOCK, _gif(b"first", frames), at_end=at_end).getvalue()

    head = read_gif_head(_with(b"\x21\xfe\x04last\0", gif, at_end=True))

    assert head.xmp == xmp_of()
    assert head.comments == [b"first", b"last"]


@pytest.mark.parametrize("size", [0, 5, 13, 700, 900])
def test_of_a_file_that_is_cut_off_the_rest_is_read(size: int) -> None:
    head = read_gif_head(io.BytesIO(_gif()[:size]))

    assert (head.comments, head.xmp) == ([], None)


def test_a_packet_without_its_end_is_none() -> None:
    assert read_gif_head(_with(XMP_BLOCK[:200], _gif())).xmp is None


def test_blocks_without_number_come_to_an_end() -> None:
    assert read_gif_head(_with(b"\x21\xf9" + b"\1x" * 300_000, _gif(b"late"))).comments == []

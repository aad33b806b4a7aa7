from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import RgbPixels
from app.sharing.view_part import (
    IncompletePartError,
    ViewPart,
    part_in_view,
    read_part,
    whole_photo,
)
from app.state.view_transform import ViewTransform
from engine.api import Region
from tests.helpers.viewer_pictures import GlassPicture, GrayPicture, SlopedPicture

pytestmark = pytest.mark.usefixtures("qapp")


class HoledPicture(GrayPicture):
    """A picture of which only the left half was computed."""

    is_sparse = True

    @override
    def draw(self, level: int, region: Region) -> RgbPixels:
        pixels = np.full((region.height, region.width, 4), self.gray, np.uint8)
        columns = np.arange(region.left, region.right) << level
        pixels[:, :, 3] = np.where(columns < self.width_px // 2, 255, 0)
        return pixels


def _view(zoom: float = 1.0) -> ViewTransform:
    view = ViewTransform(
        output_width_px=800, output_height_px=600, view_width_px=200, view_height_px=100
    )
    return view.at_spot(300, 200).zoomed(zoom, x=100, y=50)


def test_the_part_is_what_the_view_shows() -> None:
    pictures = ComparedPictures(before=GrayPicture(), after=GrayPicture())

    assert part_in_view(_view(), pictures).part == Region(left=200, top=150, width=200, height=100)
    assert part_in_view(_view(2.0), pictures).part == Region(
        left=250, top=175, width=100, height=50
    )
    whole = Region(left=0, top=0, width=800, height=600)
    assert part_in_view(_view().fitted(), pictures).part == whole
    assert whole_photo(_view(), pictures).part == whole


def test_pixels_at_their_own_size_are_exact() -> None:
    picture = SlopedPicture()
    view = ViewTransform(
        output_width_px=1500, output_height_px=1200, view_width_px=300, view_height_px=200
    ).at_spot(600, 500)
    wanted = part_in_view(view, ComparedPictures(before=picture, after=SlopedPicture(factor=3)))

    before, after = read_part(wanted, 4096)

    assert (before == picture.draw(0, wanted.part)).all()
    assert (after == SlopedPicture(factor=3).draw(0, wanted.part)).all()


def test_a_large_part_is_reduced_to_the_most_pixels() -> None:
    wanted = whole_photo(_view(), ComparedPictures(before=GrayPicture(70), after=GrayPicture(140)))

    before, after = read_part(wanted, 100)

    assert before.shape == after.shape == (75, 100, 3)
    assert (before == 70).all()
    assert (after == 140).all()


def test_an_original_of_fewer_pixels_is_stretched_to_the_result() -> None:
    small = GrayPicture(33, width_px=200, height_px=150)
    pictures = ComparedPictures(before=small, after=GrayPicture(99), keeps_before_pixels=True)

    before, after = read_part(part_in_view(_view(), pictures), 4096)

    assert before.shape == after.shape == (100, 200, 3)
    assert (before == 33).all()


def test_a_part_with_holes_is_not_handed_on() -> None:
    pictures = ComparedPictures(before=GrayPicture(), after=HoledPicture(200))
    left = ViewPart(
        pictures=pictures,
        part=Region(left=0, top=0, width=300, height=100),
        output_size=(800, 600),
    )

    assert (read_part(left, 4096)[1] == 200).all()
    with pytest.raises(IncompletePartError):
        read_part(whole_photo(_view(), pictures), 4096)


def test_without_an_enlarged_picture_there_is_nothing() -> None:
    with pytest.raises(IncompletePartError):
        read_part(whole_photo(_view(), ComparedPictures(before=GrayPicture())), 100)


def test_what_is_clear_lies_on_white(qapp: QApplication) -> None:
    glass = GlassPicture()
    glass.gray = 0
    pictures = ComparedPictures(before=glass, after=glass, has_alpha=True)
    wanted = ViewPart(
        pictures=pictures,
        part=Region(left=600, top=0, width=200, height=10),
        output_size=(1500, 1200),
    )

    before, _ = read_part(wanted, 4096)

    assert (before[:, :100] == 0).all()
    assert (before[:, 101:] == 255).all()

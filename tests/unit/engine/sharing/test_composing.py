from __future__ import annotations

import numpy as np
import pytest

from engine.sharing.comparison import RgbaImage, RgbImage, SharedComparison
from engine.sharing.composing import GUTTER_PX, LINE_PX, side_by_side, split_at, sweep_frames

_BEFORE, _AFTER, _LABEL = 40, 200, 120


def _gray(value: int, *, width: int = 100, height: int = 60) -> RgbImage:
    return np.full((height, width, 3), value, np.uint8)


def _label(width: int = 20, *, alpha: int = 255) -> RgbaImage:
    label = np.full((8, width, 4), _LABEL, np.uint8)
    label[..., 3] = alpha
    return label


def _comparison(label: RgbaImage | None = None) -> SharedComparison:
    return SharedComparison(
        before=_gray(_BEFORE),
        after=_gray(_AFTER),
        title="photo",
        before_name="Before",
        after_name="After",
        before_label=label,
        after_label=label,
    )


def test_side_by_side_before_is_left_and_after_right_of_a_gutter() -> None:
    picture = side_by_side(_comparison())

    assert picture.shape == (60, 200 + GUTTER_PX, 3)
    assert (picture[:, :100] == _BEFORE).all()
    assert (picture[:, 100 : 100 + GUTTER_PX] == 0).all()
    assert (picture[:, 100 + GUTTER_PX :] == _AFTER).all()


def test_a_split_shows_before_up_to_the_line() -> None:
    picture = split_at(_comparison(), 0.3)

    assert (picture[:, :29] == _BEFORE).all()
    assert (picture[:, 29 : 29 + LINE_PX] == 255).all()
    assert (picture[:, 29 + LINE_PX :] == _AFTER).all()


@pytest.mark.parametrize(("share", "gray"), [(0.0, _AFTER), (-1.0, _AFTER), (1.0, _BEFORE)])
def test_at_an_edge_one_picture_is_whole_and_has_no_line(share: float, gray: int) -> None:
    assert (split_at(_comparison(), share) == gray).all()


def test_labels_are_drawn_into_the_outer_corners() -> None:
    picture = split_at(_comparison(_label()), 0.5)

    assert (picture[12:20, 12:32] == _LABEL).all()
    assert (picture[12:20, 68:88] == _LABEL).all()
    assert (picture[12:20, 33:48] == _BEFORE).all()


def test_a_label_that_does_not_fit_is_left_out() -> None:
    picture = split_at(_comparison(_label(width=40)), 0.3)

    assert (picture[:, :29] == _BEFORE).all(), "the part of before is too narrow"
    assert (picture == _LABEL).any(), "the part of after is not"


def test_a_translucent_label_is_mixed_with_the_picture() -> None:
    picture = side_by_side(_comparison(_label(alpha=128)))

    assert picture[14, 14, 0] == round(_LABEL * 128 / 255 + _BEFORE * 127 / 255)


def test_a_sweep_shows_most_of_each_side_and_ends_where_it_begins() -> None:
    frames = list(sweep_frames(_comparison(), 24))

    shares = [float((frame[30, :, 0] == _BEFORE).mean()) for frame in frames]
    assert len(frames) == 24
    assert max(shares) > 0.9
    assert min(shares) < 0.1
    assert abs(shares[0] - 0.5) < 0.05
    assert abs(shares[-1] - shares[0]) < 0.2


def test_the_compared_pictures_are_not_changed() -> None:
    comparison = _comparison(_label())

    split_at(comparison, 0.5)

    assert (comparison.before == _BEFORE).all()
    assert (comparison.after == _AFTER).all()


def test_pictures_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        SharedComparison(
            before=_gray(1),
            after=_gray(1, width=99),
            title="",
            before_name="",
            after_name="",
        )

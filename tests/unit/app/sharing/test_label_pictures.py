from __future__ import annotations

import pytest

from app.sharing.label_pictures import label_picture

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_label_has_light_letters_on_a_dark_ground_with_clear_corners() -> None:
    label = label_picture("Before", text_px=20)

    assert label.shape[0] > 20
    assert label[0, 0, 3] < 128
    middle = label[label.shape[0] // 2]
    assert middle[..., :3].max() > 200
    assert middle[2, :3].max() < 60
    assert middle[2, 3] > 180


def test_a_longer_text_is_wider_and_a_larger_one_higher() -> None:
    short, long = label_picture("A", text_px=12), label_picture("A longer text", text_px=12)

    assert long.shape[1] > short.shape[1]
    assert label_picture("A", text_px=30).shape[0] > short.shape[0]

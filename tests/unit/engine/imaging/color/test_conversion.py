from __future__ import annotations

import numpy as np
import pytest

from engine.imaging.color.conversion import plan_color, refusal
from engine.imaging.color.signals import ColorSignals
from engine.imaging.vips import pyvips
from tests.helpers.pictures import builtin_profile, matrix_profile, noise, vips_image

UNFIT = "The color profile is damaged or does not fit the pixels: it is dropped."


def test_linear_gray_becomes_16_bit_gray_and_its_alpha_with_it() -> None:
    pixels = np.full((4, 4, 2), 128, np.uint8)

    plan = plan_color(
        vips_image(pixels), ColorSignals(icc=matrix_profile(1.0, name="Linear gray", gray=True))
    )

    pixels = plan.image.numpy()
    assert (plan.channels, plan.has_alpha, plan.bit_depth, plan.icc) == (1, True, 16, None)
    assert plan.name == "gray"
    assert np.abs(pixels[:, :, 0] / 257 - 188).max() < 1
    assert (pixels[:, :, 1] == 128 * 257).all()


@pytest.mark.parametrize(
    ("profile", "note"),
    [
        (
            builtin_profile("cmyk"),
            UNFIT,
        ),
        (b"rubbish", UNFIT),
        (
            matrix_profile(2.2)[:140],
            UNFIT,
        ),
        (
            matrix_profile(2.2).replace(b"curv", b"what"),
            "The color profile cannot be used: it is dropped.",
        ),
        (
            matrix_profile(2.2)[:16] + b"Lab " + matrix_profile(2.2)[20:],
            "The color profile cannot be used: it is dropped.",
        ),
    ],
)
def test_an_unfit_profile_is_dropped_with_a_note(profile: bytes, note: str) -> None:
    pixels = noise(4, 4)

    plan = plan_color(vips_image(pixels), ColorSignals(icc=profile))

    assert (plan.icc, plan.name, plan.notes) == (None, "sRGB", (note,))
    np.testing.assert_array_equal(plan.image.numpy(), pixels)


def test_extra_channels_are_dropped_with_a_note() -> None:
    pixels = noise(4, 4, 6)

    plan = plan_color(vips_image(pixels), ColorSignals())

    assert plan.notes == ("2 extra channels are dropped.",)
    np.testing.assert_array_equal(plan.image.numpy(), pixels[:, :, :4])


def test_16_bit_cmyk_with_alpha_keeps_its_depth() -> None:
    pixels = noise(4, 4, 5, np.uint16)
    image = vips_image(pixels).copy(interpretation="cmyk")

    plan = plan_color(image, ColorSignals())

    assert (plan.channels, plan.has_alpha, plan.bit_depth) == (3, True, 16)
    np.testing.assert_array_equal(plan.image.numpy()[:, :, 3], pixels[:, :, 4])


@pytest.mark.parametrize(
    ("gray", "name"), [(True, "unnamed gray profile"), (False, "unnamed RGB profile")]
)
def test_a_nameless_profile_is_called_so(gray: bool, name: str) -> None:
    profile = matrix_profile(2.2, name="", gray=gray)

    signals = ColorSignals(icc=profile)

    assert plan_color(vips_image(noise(4, 4, 1 if gray else 3)), signals).name == name


def test_colors_and_samples_we_do_not_handle_are_named() -> None:
    black = pyvips.Image.black(2, 2, bands=3)

    assert refusal(black.copy(interpretation="lab")) == "holds lab colors; convert it to RGB"
    assert refusal(black.cast("float").copy(interpretation="scrgb")) == (
        "holds 32-bit floating point samples; save it with 8 or 16 bits per channel"
    )
    assert refusal(black.cast("complex").copy(interpretation="srgb")) == (
        "holds complex samples; save it with 8 or 16 bits per channel"
    )
    assert refusal(black.copy(interpretation="srgb")) is None

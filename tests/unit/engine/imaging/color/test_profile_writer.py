"""Profiles of ours mean what they should to LittleCMS, reckoned without any of our code."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.imaging.color.icc import profile_channels, profile_name, tone_distance
from engine.imaging.color.profile_writer import gray_profile, rgb_profile, rgb_profile_like
from engine.imaging.color.rgb_spaces import (
    ADOBE_RGB_SPACE,
    BT709,
    CICP_CURVES,
    CICP_PRIMARIES,
    DISPLAY_P3,
    SRGB,
    SRGB_CURVE,
    Curve,
    RgbSpace,
)

# Inside sRGB in each of the spaces, so that nothing is clipped.
COLORS = np.array(
    [[128, 128, 128], [200, 190, 180], [60, 70, 66], [120, 130, 110], [255, 255, 255], [0, 0, 0]],
    np.uint8,
)
TO_SRGB = np.linalg.inv(
    [[0.41239, 0.35758, 0.18048], [0.21264, 0.71517, 0.07219], [0.01933, 0.11919, 0.95053]]
)


def _through_lcms(profile: bytes, pixels: np.ndarray, mode: str) -> np.ndarray:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    transform = ImageCms.buildTransform(
        source, target, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    return np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform))


def _srgb_pixels(linear: np.ndarray) -> np.ndarray:
    linear = linear.clip(0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(255 * encoded)


def test_display_p3_is_what_it_is() -> None:
    # SMPTE EG 432-1 primaries with D65: the matrix to XYZ that Apple and the W3C publish.
    to_xyz = [[0.48657, 0.26567, 0.19822], [0.22897, 0.69174, 0.07929], [0, 0.04511, 1.04394]]
    code = COLORS / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    expected = _srgb_pixels(linear @ np.array(to_xyz).T @ TO_SRGB.T)

    got = _through_lcms(rgb_profile(RgbSpace(DISPLAY_P3, SRGB_CURVE)), COLORS[None], "RGB")

    assert np.abs(got[0] - expected).max() <= 1


def test_adobe_rgb_is_what_it_is() -> None:
    to_xyz = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    expected = _srgb_pixels((COLORS / 255) ** 2.19921875 @ np.array(to_xyz).T @ TO_SRGB.T)

    got = _through_lcms(rgb_profile(ADOBE_RGB_SPACE), COLORS[None], "RGB")

    assert np.abs(got[0] - expected).max() <= 1


@pytest.mark.parametrize("gamma", [1.0, 1.45, 1.8, 2.2, 2.6])
def test_a_gamma_is_what_it_is(gamma: float) -> None:
    ramp = np.arange(0, 256, 5, dtype=np.uint8)
    expected = _srgb_pixels((ramp / 255) ** gamma)[:, None]
    curve = Curve("own", gamma)
    pixels = ramp[None, :, None].repeat(3, 2)

    assert (
        np.abs(
            _through_lcms(rgb_profile(RgbSpace(BT709, curve)), pixels, "RGB")[0] - expected
        ).max()
        <= 1
    )
    # LittleCMS converts dark grays coarsely.
    as_gray = _through_lcms(gray_profile(curve), ramp[None], "L")[0]
    assert np.abs(as_gray - expected)[ramp > 40].max() <= 1
    like = rgb_profile_like(gray_profile(curve))
    assert like is not None
    assert np.abs(_through_lcms(like, pixels, "RGB")[0] - expected).max() <= 1


def test_the_curve_of_bt709_is_what_it_is() -> None:
    ramp = np.arange(0, 256, 5, dtype=np.uint8)
    code = ramp / 255
    linear = np.where(code < 0.081, code / 4.5, ((code + 0.099) / 1.099) ** (1 / 0.45))

    profile = rgb_profile(RgbSpace(BT709, CICP_CURVES[1]))
    got = _through_lcms(profile, ramp[None, :, None].repeat(3, 2), "RGB")

    assert np.abs(got[0, :, 0] - _srgb_pixels(linear)).max() <= 1


def test_every_coded_space_gives_a_whole_profile_with_its_name() -> None:
    spaces = [RgbSpace(primaries, SRGB_CURVE) for primaries in CICP_PRIMARIES.values()]
    spaces += [RgbSpace(BT709, curve) for curve in CICP_CURVES.values()]
    for space in spaces:
        profile = rgb_profile(space)
        assert profile_channels(profile) == 3
        assert profile_name(profile) == space.name
        assert tone_distance(profile) < 100
        assert profile == rgb_profile(space)


def test_gray_and_srgb_have_names() -> None:
    assert profile_name(gray_profile(Curve("gamma 1.8", 1.8))) == "gray, gamma 1.8"
    assert profile_channels(gray_profile(SRGB_CURVE)) == 1
    assert profile_name(rgb_profile(SRGB)) == "sRGB"

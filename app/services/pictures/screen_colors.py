"""Colors of pictures as an sRGB screen shows them; files are never touched."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColorSpace, QImage

_SRGB = QColorSpace.NamedColorSpace.SRgb
_KEPT_PROFILES = 8


def show_in_srgb(image: QImage, icc: bytes | None) -> QImage:
    """Return ``image``, whose pixel values profile ``icc`` describes, in sRGB.

    Args:
        image: Gray values repeated as RGB, or RGB values.
        icc: Profile of the values; None means sRGB. A profile that Qt cannot read is ignored.
    """
    space = _space(icc) if icc is not None else None
    if space is None:
        return image
    if space.colorModel() is QColorSpace.ColorModel.Gray:
        # Qt converts from a gray space only what is in a gray format.
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    image.setColorSpace(space)
    return image.convertedToColorSpace(QColorSpace(_SRGB))


@lru_cache(maxsize=_KEPT_PROFILES)
def _space(icc: bytes) -> QColorSpace | None:
    """Return the color space of a profile, None if no conversion is needed."""
    space = QColorSpace.fromIccProfile(icc)
    return space if space.isValid() and space != QColorSpace(_SRGB) else None

"""Colors of pictures as an sRGB screen shows them; files are never touched."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColorSpace, QImage

_SRGB = QColorSpace.NamedColorSpace.SRgb
_KEPT_PROFILES = 8


def show_in_srgb(image: QImage, icc: bytes | None) -> QImage:
    """Return ``image``, whose codes profile ``icc`` describes, in sRGB.

    Args:
        image: Gray codes repeated as RGB, or RGB codes.
        icc: Profile of the codes; None means sRGB. One that Qt cannot read is left out.
    """
    space = _space(icc) if icc is not None else None
    if space is None:
        return image
    if space.colorModel() is QColorSpace.ColorModel.Gray:
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    image.setColorSpace(space)
    return image.convertedToColorSpace(QColorSpace(_SRGB))


@lru_cache(maxsize=_KEPT_PROFILES)
def _space(icc: bytes) -> QColorSpace | None:
    """Return the space of a profile, None where nothing has to be converted."""
    space = QColorSpace.fromIccProfile(icc)
    return space if space.isValid() and space != QColorSpace(_SRGB) else None

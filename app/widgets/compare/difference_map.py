"""Colors the difference of two frames, with a scale that is readable for the color-blind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

# From dark blue over gray to yellow, with evenly rising lightness: readable without red or green.
_ANCHORS = np.array(
    [(8, 16, 44), (28, 54, 110), (84, 90, 112), (128, 126, 120), (190, 170, 92), (255, 236, 110)],
    dtype=np.float64,
)


def scale_colors() -> NDArray[np.uint8]:
    """Return the colors of the scale, ``(256, 3)`` RGB, from equal to very different."""
    stops = np.linspace(0, 255, len(_ANCHORS))
    steps = np.arange(256)
    channels = [np.interp(steps, stops, _ANCHORS[:, c]) for c in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _packed_scale() -> NDArray[np.uint32]:
    colors = scale_colors().astype(np.uint32)
    packed = np.uint32(0xFF000000) | colors[:, 0] << 16 | colors[:, 1] << 8 | colors[:, 2]
    return packed.astype(np.uint32)


_SCALE = _packed_scale()


def draw_difference(before: QImage, after: QImage, target: QImage, *, gain: int) -> None:
    """Fill ``target`` with the colors of the largest channel difference.

    Args:
        before: 32-bit RGB frame.
        after: 32-bit RGB frame of the same size.
        target: 32-bit RGB frame of the same size.
        gain: Factor on the difference of pixel values.
    """
    first, second = _channels(before), _channels(after)
    # uint8 has no negative values: the larger minus the smaller, never the reverse.
    distance = np.maximum(first, second) - np.minimum(first, second)
    largest = np.maximum(np.maximum(distance[..., 0], distance[..., 1]), distance[..., 2])
    # The gain goes into the table of 256 entries, not into every pixel.
    table = np.minimum(np.arange(256) * gain, 255)
    _words(target)[...] = _SCALE[table][largest]


def _channels(frame: QImage) -> NDArray[np.uint8]:
    view = np.frombuffer(frame.constBits(), dtype=np.uint8)
    return view.reshape(frame.height(), frame.bytesPerLine() // 4, 4)[:, : frame.width()]


def _words(frame: QImage) -> NDArray[np.uint32]:
    view = np.frombuffer(frame.bits(), dtype=np.uint32)
    return view.reshape(frame.height(), frame.bytesPerLine() // 4)[:, : frame.width()]

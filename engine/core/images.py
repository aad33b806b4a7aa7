"""The array types of pictures.

Shape letters, everywhere: ``N`` batch, ``C`` channels in the order RGB,
``H, W`` height and width of the LR image, ``s`` scale. NumPy pictures are
``(H, W, C)``, float32, in ``[0, 1]``, finite, in the encoding that the model's
card names (sRGB-encoded unless it says otherwise).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ImageF32: TypeAlias = NDArray[np.float32]
"""``(H, W, C)`` float32 in ``[0, 1]``, ``C`` is 1 (gray) or 3 (RGB)."""

ImageUint: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""``(H, W, C)`` integer pixel values as files hold them."""

ImageU8: TypeAlias = NDArray[np.uint8]
"""``(H, W, 3)`` RGB pixel values of 8 bits."""

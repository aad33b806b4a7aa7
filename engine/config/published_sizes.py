"""The sizes of generators whose recipe gives none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PUBLISHED_SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "rrdbnet": (64, 23),
    "srresnet": (64, 16),
    "compact": (64, 16),
    "span": (48, 6),
    "selfcal": (48, 8),
}
"""Channels and blocks by family, as their papers have them; mfanet and selfcal are ours."""

RRDB_GROWTH = 32
"""Maps that each dense convolution of a published RRDBNet adds."""

TPSR_CHANNELS = 16
"""Width of the published TPSR."""

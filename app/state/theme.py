"""The design tokens: colors, spacing and type sizes, as data.

Nothing else in the app names a color. Lengths are device-independent pixels.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from app.state.resources import resource_path

SPACE_XS_PX = 4
SPACE_S_PX = 8
SPACE_M_PX = 12
SPACE_L_PX = 16
SPACE_XL_PX = 24
SPACE_XXL_PX = 40

CAPTION_PX = 11
BODY_PX = 12
TITLE_PX = 14
HEADLINE_PX = 18
DISPLAY_PX = 26

RADIUS_SMALL_PX = 4
RADIUS_PX = 6
RADIUS_LARGE_PX = 10

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "canvas"),
    ("text_secondary", "canvas"),
    ("text_secondary", "hover"),
    ("text_secondary", "accent_soft"),
    ("accent", "raised"),
    ("accent", "hover"),
    ("accent", "accent_soft"),
    ("danger", "hover"),
    ("danger", "accent_soft"),
    ("warning", "hover"),
    ("warning", "accent_soft"),
    ("text", "chrome"),
    ("text", "panel"),
    ("text", "raised"),
    ("text", "hover"),
    ("text", "field"),
    ("text", "accent_soft"),
    ("text", "danger_soft"),
    ("text_secondary", "chrome"),
    ("text_secondary", "panel"),
    ("text_secondary", "raised"),
    ("text_secondary", "field"),
    ("accent", "panel"),
    ("accent", "chrome"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("danger", "panel"),
    ("danger", "raised"),
    ("danger", "danger_soft"),
    ("warning", "panel"),
    ("warning", "raised"),
    ("overlay_text", "overlay"),
)
"""Every pair of text color and background that the app uses; a test checks their contrast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One color scheme of the app.

    Attributes:
        colors: ``#rrggbb`` by the token's name.
        text_scale: Factor on every font size, 1.0 to 2.0.
    """

    name: str
    is_dark: bool
    colors: dict[str, str] = field(default_factory=dict)
    text_scale: float = 1.0

    def color(self, token: str) -> str:
        """Return ``#rrggbb`` of ``token``."""
        return self.colors[token]

    def type_px(self, size_px: int) -> int:
        """Return a font size, scaled by the user's text size."""
        return round(size_px * self.text_scale)


def load_theme(name: str, *, text_scale: float = 1.0) -> Theme:
    """Read the theme ``name`` (``dark`` or ``light``) from the resources."""
    content = json.loads(resource_path("themes", f"{name}.json").read_text(encoding="utf-8"))
    return Theme(
        name=content["name"],
        is_dark=content["is_dark"],
        colors=content["colors"],
        text_scale=text_scale,
    )


def contrast_ratio(first: str, second: str) -> float:
    """Return the WCAG 2 contrast of two ``#rrggbb`` colors, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    # The sRGB transfer function and luminance weights of WCAG 2.2, relative luminance.
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""Renders scenes that look like photographs: light, shadow and focus from arithmetic alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.float32]
"""``(H, W, 3)`` float32 in ``[0, 1]``, sRGB-encoded."""
Array = NDArray[Any]
"""Float32 or float64: heights, masks, or linear light."""

_SUNLIGHT = np.array([1.06, 1.0, 0.90], np.float32)
_SKYLIGHT = np.array([0.80, 0.95, 1.20], np.float32)
_BLADES = 2600
_FOCUS = {_BLADES // 8: 6.0, _BLADES // 4: 4.0, _BLADES // 2: 1.5}
_FINE_STEPS = 16
"""OpenCV draws on a grid this much finer than the pixels."""


def render_meadow(width: int, height: int) -> Canvas:
    """Poppies and daisies in long grass, with hills and clouds out of focus behind them."""
    y = np.mgrid[0:height, 0:width][0].astype(np.float32) / np.float32(height)
    light = cv2.GaussianBlur(_hills(_sky(width, height), y), (0, 0), 7)
    random = np.random.default_rng(60)
    dryness = _octaves(width, height, coarse_px=170, count=4, seed=52, stretch=3.0)
    depths = np.sort(random.random(_BLADES) ** 0.62)
    for number, depth in enumerate(depths):
        if number in _FOCUS:
            # All that is drawn so far lies further from the plane of focus.
            light = cv2.GaussianBlur(light, (0, 0), _FOCUS[number])
        tip = _draw_blade(light, random, float(depth), dryness)
        if number % 34 == 7 and number > 0.45 * _BLADES and depth < 0.93:
            radius = height * (0.014 + 0.075 * depth**1.5) * random.uniform(0.8, 1.2)
            _draw_flower(light, random, tip, float(radius))
    light = light * (1 - 0.45 * _ramp(0.80, 1.02, y))[:, :, None]
    close = _ramp(0.84, 1.0, y)[:, :, None]
    return _exposed((light * (1 - close) + cv2.GaussianBlur(light, (0, 0), 7) * close) * 1.35)


def render_pebbles(width: int, height: int) -> Canvas:
    """Pebbles on a shore, lit by a low sun from the left, wet toward the right."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    relief, stone = _pile(x, y)
    fine = _octaves(width, height, coarse_px=34, count=3, seed=8, gain=0.45)
    color = _stone_colors(stone, fine)
    surface = cv2.GaussianBlur(relief, (0, 0), 1.6) + fine * 0.16
    slope_y, slope_x = np.gradient(surface)
    normal = np.dstack([-slope_x, -slope_y, np.full_like(slope_x, 0.9)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    sun = _unit(np.array([-0.62, -0.45, 0.64]))
    shadow, ambient = _shadow(surface), _ambient(surface)
    direct = 1.75 * (normal @ sun).clip(0, 1) * shadow
    sky = (0.30 - 0.18 * normal[:, :, 1]) * ambient
    lit = color * (direct[:, :, None] * _SUNLIGHT + sky[:, :, None] * _SKYLIGHT)
    patches = _octaves(width, height, coarse_px=260, count=3, seed=15)
    wet = _ramp(0.35, 0.75, patches * 0.18 + y / height * 0.55 + x / width * 0.3)
    gloss = (normal @ _unit(sun + np.array([0, 0.25, 0.97]))).clip(0, 1) ** 70 * shadow * 0.55
    lit = lit * (1 - 0.35 * wet)[:, :, None] + (gloss * (0.8 * wet + 0.05))[:, :, None]
    sharp = _ramp(0.02, 0.34, y / height)[:, :, None]
    return _exposed(cv2.GaussianBlur(lit, (0, 0), 5) * (1 - sharp) + lit * sharp)


SCENES: dict[str, Callable[[int, int], Canvas]] = {
    "meadow": render_meadow,
    "pebbles": render_pebbles,
}


def _octaves(
    width: int,
    height: int,
    *,
    coarse_px: float,
    count: int,
    seed: int,
    gain: float = 0.5,
    stretch: float = 1.0,
) -> Array:
    """Return noise of deviation about 1 whose grain halves ``count`` times from ``coarse_px``."""
    random = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave in range(count):
        grain = max(coarse_px / 2**octave, 1.0)
        shape = (int(height / grain) + 4, int(width / (grain * stretch)) + 4)
        small = random.standard_normal(shape).astype(np.float32)
        size = (int(shape[1] * grain * stretch), int(shape[0] * grain))
        total += (
            gain**octave * cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)[:height, :width]
        )
    return total / np.float32(np.sqrt(sum(gain ** (2 * octave) for octave in range(count))))


def _ramp(low: float, high: float, value: Array) -> Array:
    """Return 0 below ``low``, 1 above ``high``, smooth between."""
    t = ((value - low) / (high - low)).clip(0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))


def _exposed(light: Array) -> Canvas:
    """Return linear light as a camera develops it: highlights roll off, then sRGB's curve."""
    light = light.clip(0, None)
    rolled = light * (1 + light / 2.2) / (1 + light)
    return np.asarray(rolled.clip(0, 1) ** (1 / 2.2), np.float32)


def _sky(width: int, height: int) -> Array:
    depth = (np.linspace(0, 1 / 0.56, height, dtype=np.float32)[:, None, None]).clip(0, 1) ** 0.8
    blue = np.array([0.13, 0.29, 0.62]) * (1 - depth) + np.array([0.62, 0.74, 0.86]) * depth
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    swirl = _octaves(width, height, coarse_px=120, count=4, seed=32) * 26
    noise = _octaves(width, height, coarse_px=330, count=7, seed=31, gain=0.56, stretch=1.7)
    noise = cv2.remap(noise, x + swirl, y + swirl * 0.4, cv2.INTER_LINEAR)
    cover = _ramp(0.15, 1.25, noise + 0.35 * np.sin(y / (0.56 * height) * 5 + 0.5))
    towards_sun = np.array([[1, 0, 26], [0, 1, 34]], np.float32)
    thick = cv2.warpAffine(cv2.GaussianBlur(cover, (0, 0), 9), towards_sun, (width, height))
    white = (1.10 - 0.30 * _ramp(0.2, 1.2, thick))[:, :, None] * np.array([0.98, 0.99, 1.03])
    return np.asarray(blue * (1 - cover[:, :, None]) + white * cover[:, :, None], np.float32)


def _hills(light: Array, y: Array) -> Array:
    """Lay hills and the meadow before the sky, the further ones paler."""
    height, width = y.shape
    haze = np.array([0.58, 0.70, 0.84])
    for base, rough_px, seed, color, paleness in (
        (0.40, 520, 41, (0.16, 0.20, 0.17), 0.72),
        (0.445, 380, 42, (0.10, 0.15, 0.09), 0.50),
        (0.49, 300, 43, (0.075, 0.125, 0.055), 0.26),
        (0.56, 400, 50, (0.17, 0.22, 0.055), 0.05),
    ):
        line = _octaves(width, 8, coarse_px=rough_px, count=6, seed=seed)[3] * rough_px * 0.16
        if base > 0.5:
            line *= 0.1
        mask = _ramp(-2, 2, y * height - base * height - line[None, :])[:, :, None]
        woods = _octaves(width, height, coarse_px=24, count=4, seed=seed + 7, gain=0.75)
        tint = np.array(color) * (1.3 + 0.5 * woods).clip(0.2, 3)[:, :, None]
        tint = tint * (1 - paleness) + haze * paleness
        light = np.asarray(light * (1 - mask) + tint * mask, np.float32)
    return light


def _draw_blade(
    light: Array,
    random: np.random.Generator,
    depth: float,
    dryness: Array,
) -> tuple[float, float]:
    """Draw a blade of grass, its shaded half darker; return where its tip is."""
    height, width = dryness.shape
    foot = height * (0.60 + 0.52 * depth**1.1)
    length = height * (0.05 + 0.62 * depth**1.6) * random.uniform(0.5, 1.2)
    x, lean, bend = random.uniform(-0.05, 1.05) * width, *random.normal((0.22, 0.25), (0.30, 0.25))
    s = np.linspace(0, 1, 7 if depth < 0.5 else 12)
    line = np.stack(
        [x + length * (lean * s + bend * s * s), foot - length * s * (1 - 0.18 * bend * s)]
    )
    half = np.zeros_like(line)
    half[0] = (4 + 26 * depth**1.7) * random.uniform(0.6, 1.2) * (1 - s) ** 0.7 * 0.5
    dry = dryness[min(height - 1, int(foot * 0.98)), int(np.clip(x, 0, width - 1))]
    hue = float(np.clip(random.random() * 0.7 + 0.28 * dry, 0, 1.2))
    green, straw = np.array([0.13, 0.22, 0.035]), np.array([0.40, 0.32, 0.12])
    sun = random.uniform(0.3, 1.7) * (1 + 0.28 * dry) * (0.55 + 0.45 * random.random() ** 0.4)
    color = (green * (1 - hue) + straw * hue + (0.02, 0.05, 0)) * sun * (0.9 + 0.3 * (1 - depth))
    _fill(light, np.concatenate([(line - half).T, (line + half).T[::-1]]), color)
    if depth > 0.3:
        _fill(light, np.concatenate([line.T, (line + half).T[::-1]]), color * 0.62)
    return float(line[0, -1]), float(line[1, -1])


def _draw_flower(
    light: Array,
    random: np.random.Generator,
    center: tuple[float, float],
    radius: float,
) -> None:
    petals, petal, heart = _FLOWERS[int(random.integers(0, len(_FLOWERS)))]
    tilt, first = random.uniform(0.45, 0.9), random.uniform(0, 2 * np.pi)
    t = np.linspace(0, 2 * np.pi, 22)
    for angle in first + np.arange(petals) * 2 * np.pi / petals:
        along = radius * random.uniform(0.85, 1.1) * (0.55 + 0.5 * np.cos(t))
        across = radius * 2.6 / petals * random.uniform(0.8, 1.1) * np.sin(t)
        x = along * np.cos(angle) - across * np.sin(angle)
        y = (along * np.sin(angle) + across * np.cos(angle)) * tilt
        shade = random.uniform(0.6, 1.15) * (1.1 - 0.25 * np.sin(angle))
        _fill(light, np.stack([x, y], 1) + center, np.array(petal) * shade)
    for _ in range(26):
        angle, away = random.uniform(0, 2 * np.pi), radius * 0.3 * np.sqrt(random.random())
        spot = np.stack([np.cos(t), np.sin(t)], 1) * (radius * 0.085 + 0.25)
        place = (away * np.cos(angle), away * np.sin(angle) * tilt)
        _fill(light, spot + place + center, np.array(heart) * random.uniform(0.6, 1.3))


_FLOWERS = (
    (5, (0.85, 0.09, 0.045), (0.06, 0.05, 0.04)),
    (15, (0.92, 0.90, 0.86), (0.85, 0.55, 0.06)),
    (9, (0.26, 0.30, 0.80), (0.12, 0.10, 0.35)),
)
"""Number of petals, their color and that of the heart: poppy, daisy, cornflower."""


def _fill(light: Array, outline: Array, color: Array) -> None:
    points = np.round(outline * _FINE_STEPS).astype(np.int32)
    cv2.fillPoly(light, [points], tuple(map(float, color)), cv2.LINE_8, 4)


def _pile(x: Array, y: Array) -> tuple[Array, NDArray[np.int32]]:
    """Return the height of a pile of stones above the sand, and which one is on top, else -1."""
    height, width = x.shape
    random = np.random.default_rng(21)
    relief = _octaves(width, height, coarse_px=30, count=3, seed=5) * np.float32(1.5) - 34
    stone = np.full((height, width), -1, np.int32)
    bent = [_octaves(width, height, coarse_px=90, count=2, seed=s) * 0.09 for s in (6, 7)]
    rows = np.sort(random.random(_STONES) ** 0.8 * 1.25 - 0.12)
    for number, row in enumerate(rows):
        # Nearer stones, further down, look larger.
        half = (0.020 + 0.062 * random.beta(1.2, 3.6)) * width * (0.31 + 0.94 * max(row, 0))
        flat, turn = half * random.uniform(0.5, 0.85), random.uniform(-0.5, 0.5)
        middle = (random.uniform(-0.05, 1.05) * width, row * height)
        reach = int(half * 1.4) + 2
        spot = np.s_[
            max(0, int(middle[1]) - reach) : max(0, int(middle[1]) + reach),
            max(0, int(middle[0]) - reach) : max(0, int(middle[0]) + reach),
        ]
        dx, dy = x[spot] - middle[0], y[spot] - middle[1]
        u = (dx * np.cos(turn) + dy * np.sin(turn)) / half + bent[0][spot]
        v = (dy * np.cos(turn) - dx * np.sin(turn)) / flat + bent[1][spot]
        room = 1 - np.abs(u) ** 2.3 - np.abs(v) ** 2.3
        top = flat * 0.85 * np.sqrt(room.clip(0)) + middle[1] * 0.06 + random.uniform(-2, 8)
        is_on_top = (room > 0) & (top > relief[spot])
        relief[spot][is_on_top] = top[is_on_top]
        stone[spot][is_on_top] = number
    return relief, stone


_STONES = 1500
_STONE_TONES = np.array(
    [
        [0.30, 0.29, 0.28],
        [0.44, 0.41, 0.37],
        [0.20, 0.21, 0.23],
        [0.55, 0.51, 0.46],
        [0.37, 0.28, 0.23],
        [0.30, 0.33, 0.31],
    ],
    np.float32,
)


def _stone_colors(stone: NDArray[np.int32], fine: Array) -> Array:
    """Return the color of each stone with its bands and veins of quartz, and of the sand."""
    height, width = stone.shape
    kinds = np.random.default_rng(22).random((_STONES, 4)).astype(np.float32)[stone.clip(0)]
    tone = _STONE_TONES[(kinds[:, :, 0] * len(_STONE_TONES)).astype(int)]
    bands = _octaves(width, height, coarse_px=24, count=3, seed=10, stretch=3.0)
    grain = 1 + 0.07 * fine * (0.4 + kinds[:, :, 2]) + 0.12 * bands * (kinds[:, :, 2] > 0.6)
    color = tone * ((0.7 + 0.6 * kinds[:, :, 1]) * grain)[:, :, None]
    lines = _octaves(width, height, coarse_px=60, count=3, seed=9, gain=0.45, stretch=5.0)
    lines += 0.25 * _octaves(width, height, coarse_px=40, count=2, seed=19)
    is_vein = ((np.abs(lines) < 0.045) & (kinds[:, :, 3] > 0.70)).astype(np.float32)
    vein = cv2.GaussianBlur(is_vein, (0, 0), 1.2)[:, :, None]
    color = color * (1 - 0.65 * vein) + 0.62 * vein
    grit = 0.6 + 0.13 * _octaves(width, height, coarse_px=16, count=2, seed=13, gain=0.6)
    sand = np.array([0.36, 0.30, 0.23], np.float32) * grit[:, :, None]
    return np.asarray(np.where((stone < 0)[:, :, None], sand, color), np.float32)


def _shadow(surface: Array) -> Array:
    """Return how much of the sun reaches each place: 1 all of it, 0.2 in a shadow."""
    height, width = surface.shape
    covered = np.zeros_like(surface)
    for step in range(2, 46, 2):
        shift = np.array([[1, 0, step * 0.81], [0, 1, step * 0.59]], np.float32)
        above = cv2.warpAffine(surface, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
        covered = np.maximum(covered, above - step * 0.72 - surface)
    return np.asarray(cv2.GaussianBlur(1 - 0.8 * _ramp(0.3, 3.5, covered), (0, 0), 1.3), np.float32)


def _ambient(surface: Array) -> Array:
    """Return how much of the sky each place sees: less where its surroundings are higher."""
    seen = np.ones_like(surface)
    for reach in (4, 10, 22, 40):
        around = cv2.GaussianBlur(surface, (0, 0), reach)
        seen *= 1 - 0.30 * _ramp(0, reach * 0.55, around - surface)
    return seen

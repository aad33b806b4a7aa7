"""Matches LR photos of one folder with HR photos of another, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.core.errors import ConfigError

_SHOWN = 3


def match_pairs(
    hr_paths: Sequence[Path],
    lr_paths: Sequence[Path],
    *,
    hr_folder: Path,
    lr_folder: Path,
    scale: int,
) -> list[Path]:
    """Return the LR photo of each HR photo.

    At scale 4, ``a/1.png``, ``a/1x4.png``, ``a/1_x4.png`` and ``a/1-x4.png`` of the LR folder
    match ``a/1.jpg`` of the HR folder. LR photos without an HR photo are ignored.

    Raises:
        ConfigError: If an HR photo has no or several LR photos.
    """
    found: dict[str, list[Path]] = {}
    for path in lr_paths:
        found.setdefault(_name(path, lr_folder), []).append(path)
    pairs = [_candidates(_name(path, hr_folder), found, scale) for path in hr_paths]
    missing = [path for path, candidates in zip(hr_paths, pairs, strict=True) if not candidates]
    if missing:
        names = ", ".join(path.relative_to(hr_folder).as_posix() for path in missing[:_SHOWN])
        raise ConfigError(
            f"data.lr_folder={lr_folder}: {len(missing)} of {len(hr_paths)} HR photos have no LR "
            f"photo of their name there: {names}. Add them, or move the HR photos away"
        )
    return [_only(path, candidates) for path, candidates in zip(hr_paths, pairs, strict=True)]


def check_pair(
    hr: tuple[int, int], lr: tuple[int, int], *, scale: int, hr_path: Path, lr_path: Path
) -> None:
    """Check that HR is ``scale`` times as large as LR; both are height and width in pixels.

    Raises:
        ConfigError: If it is not.
    """
    height, width = lr
    if hr != (height * scale, width * scale):
        raise ConfigError(
            f"{lr_path} is {width} x {height} pixels, so at x{scale} {hr_path} must be "
            f"{width * scale} x {height * scale}; it is {hr[1]} x {hr[0]}"
        )


def _candidates(name: str, found: Mapping[str, list[Path]], scale: int) -> list[Path]:
    # Suffixes of the common data sets, such as DIV2K's 0001x4.png.
    marks = ("", f"x{scale}", f"_x{scale}", f"-x{scale}")
    return next((found[name + mark] for mark in marks if name + mark in found), [])


def _only(hr_path: Path, lr_paths: list[Path]) -> Path:
    if len(lr_paths) > 1:
        names = ", ".join(str(path) for path in lr_paths)
        raise ConfigError(f"{hr_path}: several LR photos have its name: {names}; leave one")
    return lr_paths[0]


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()

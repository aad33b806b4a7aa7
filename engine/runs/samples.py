"""The sample pictures of a run: the same crops, enlarged at every validation.

samples/lr/0.png       input         samples/step-500/0.png    what the network
samples/hr/0.png       reference     samples/step-1000/0.png   made of it then
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_STEP = re.compile(r"step-([0-9]{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One crop as the network enlarged it at one step.

    Attributes:
        step: Number of steps that the network was trained.
        name: Name of the crop, the same at every step.
        path: The enlarged crop.
        lr: Its input, or None if that is missing.
        hr: Its reference, or None if that is missing.
    """

    step: int
    name: str
    path: Path
    lr: Path | None
    hr: Path | None


def samples(run: Path) -> tuple[Sample, ...]:
    """Return the sample pictures in the run folder ``run``, by crop and rising step.

    A folder that is missing, or deleted meanwhile, has none.
    """
    folder = run / "samples"
    found = [
        (path.stem, int(match[1]), path)
        for step_folder in _children(folder)
        if (match := _STEP.fullmatch(step_folder.name))
        for path in _children(step_folder)
        # Of a picture that is being written there is a hidden temporary file.
        if path.suffix == ".png" and not path.name.startswith(".")
    ]
    found.sort(key=lambda one: (_in_order(one[0]), one[1]))
    return tuple(
        Sample(
            step=step,
            name=name,
            path=path,
            lr=_existing(folder / "lr" / path.name),
            hr=_existing(folder / "hr" / path.name),
        )
        for name, step, path in found
    )


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _in_order(name: str) -> tuple[int, str]:
    # Crops are numbered: 2 comes before 10.
    return (int(name) if name.isdecimal() and len(name) < 18 else -1, name)

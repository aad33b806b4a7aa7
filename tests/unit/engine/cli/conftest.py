from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from engine.cli.main import run
from tests.helpers.catalogs import put_model


class Spoken(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


Speak = Callable[..., Spoken]


@pytest.fixture
def mfagan(capsys: pytest.CaptureFixture[str]) -> Speak:
    """Run a command line in this process."""

    def speak(*words: object) -> Spoken:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return Spoken(code, said.out, said.err)

    return speak


@pytest.fixture
def tiny(own_home: Path) -> str:
    """Id of a small imported network of scale 2."""
    return put_model(own_home / "data" / "models", "tiny").id


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of 24 x 16 pixels."""
    return write_photo(tmp_path / "photo.png")


def write_photo(path: Path, *, width: int = 24, height: int = 16, seed: int = 0) -> Path:
    """Write a soft random picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    codes = np.random.default_rng(seed).integers(90, 160, (height, width, 3), dtype=np.uint8)
    Image.fromarray(codes).save(path)
    return path

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


class CommandResult(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


RunCommand = Callable[..., CommandResult]


@pytest.fixture
def mfagan(capsys: pytest.CaptureFixture[str]) -> RunCommand:
    """Run a command line in this process."""

    def run_command(*words: object) -> CommandResult:
        capsys.readouterr()
        code = run([str(word) for word in words])
        said = capsys.readouterr()
        return CommandResult(code, said.out, said.err)

    return run_command


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
    pixels = np.random.default_rng(seed).integers(90, 160, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path

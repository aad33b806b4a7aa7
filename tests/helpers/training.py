"""Small photos and recipes for tests that train."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from engine.config.parts import DataRecipe, GeneratorRecipe, ScheduleRecipe
from engine.config.recipes import PsnrRecipe
from engine.core.cancellation import CancelToken
from engine.runs.events import Event
from engine.runs.run_folder import RunFolder

TINY = GeneratorRecipe(family="mfanet", scale=2, channels=4, blocks=1)


def write_photos(folder: Path, *, count: int = 3, side_px: int = 48) -> Path:
    """Write ``count`` smooth random photos and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    for number in range(count):
        coarse = Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8))
        coarse.resize((side_px, side_px), Image.Resampling.BICUBIC).save(folder / f"{number}.png")
    return folder


def tiny_data(tmp_path: Path) -> DataRecipe:
    """Return photos for a 2-patch batch of 8 LR pixels."""
    return DataRecipe(
        folder=str(write_photos(tmp_path / "photos")),
        cache_folder=str(tmp_path / "cache"),
        patch_px=8,
        batch_size=2,
    )


def tiny_recipe(tmp_path: Path, *, steps: int = 4) -> PsnrRecipe:
    """Return a recipe that trains in a blink."""
    return PsnrRecipe(
        name="tiny",
        data=tiny_data(tmp_path),
        schedule=ScheduleRecipe(steps=steps, learning_rate=1e-3),
        generator=TINY,
        device="cpu",
        threads=1,
        log_every=1,
        checkpoint_every=2,
    )


def new_run(tmp_path: Path, name: str = "run") -> RunFolder:
    """Return an empty run folder."""
    return RunFolder.create_at(tmp_path / name, recipe_yaml="name: tiny\n")


class Recorder:
    """Keeps the events of a run, and cancels it after an event if asked to."""

    def __init__(self, *, cancel_at: type[Event] | None = None) -> None:
        self.events: list[Event] = []
        self.token = CancelToken()
        self._cancel_at = cancel_at

    def __call__(self, event: Event) -> None:
        """Take one event."""
        self.events.append(event)
        if self._cancel_at is not None and isinstance(event, self._cancel_at):
            self.token.cancel()


def write_endless_recipe(folder: Path) -> Path:
    """Write photos and a recipe whose run ends only when it is stopped."""
    photos = write_photos(folder / "photos")
    path = folder / "endless.yaml"
    path.write_text(
        f"""
name: endless
data: {{folder: {photos}, cache_folder: {folder / "cache"}, patch_px: 8, batch_size: 2}}
schedule: {{steps: 1000000}}
generator: {{family: mfanet, scale: 2, channels: 4, blocks: 1}}
threads: 1
log_every: 1
checkpoint_every: 500000
""",
        encoding="utf-8",
    )
    return path

"""Starts a run, or goes on with one, and keeps its folder honest about how it ended."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType

import msgspec
import torch

from engine.config.recipes import TrainRecipe, differing_fields, dump_recipe, load_recipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, EngineError, JobCancelled
from engine.data.downsampling import Downsampling, build_reduction
from engine.data.photo_files import tell_left_out
from engine.data.photo_store import PhotoPair, PhotoStore
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.runs.events import Event, Failed, Warned
from engine.runs.run_folder import RunFolder, State
from engine.training.batch_source import build_batch_source
from engine.training.checkpoints import newest_checkpoint
from engine.training.checks import check_recipe, choose_device
from engine.training.ema import Ema
from engine.training.environment import describe_environment
from engine.training.failures import as_engine_error
from engine.training.loop import Loop, Report
from engine.training.method import MethodContext, TrainingMethod
from engine.training.processes import process_count, rank
from engine.training.run_photos import RunPhotos, open_run_photos
from engine.training.run_weights import keep_weights
from engine.training.samples import SamplePictures
from engine.training.tensorboard import also_on_tensorboard
from engine.training.validation import ValidationSet
from engine.training.weights import load_fitting, read_weights, say_missing

_PATIENCE_S = 2.0

SchemeBuilder = Callable[[TrainRecipe, MethodContext], TrainingMethod]


def run_training(
    recipe: TrainRecipe,
    folder: RunFolder,
    *,
    build_method: SchemeBuilder,
    token: CancelToken,
    report: Report,
) -> None:
    """Train until the recipe's last step, going on from the newest checkpoint if there is one.

    Args:
        recipe: What to do.
        folder: Where checkpoints, events and the status go.
        build_method: Makes the scheme that the recipe asks for.
        token: Stops the run; a checkpoint is written first. SIGTERM and Ctrl+C cancel it,
            and stop the run at once when they are repeated after two seconds.
        report: Receives each event after it was written to the folder.

    Raises:
        NonFiniteLossError: If a loss stops being a number; the batch is saved.
        ConfigError: If the recipe asks for what is not there.
        JobCancelled: If the token was cancelled.
    """

    def say(event: Event) -> None:
        if rank() == 0:
            folder.append(event)
            report(event)

    with (
        _stops_on_signals(token),
        folder.locked() if rank() == 0 else nullcontext(),
        also_on_tensorboard(
            report, folder.path, is_wanted=recipe.tensorboard and rank() == 0
        ) as told,
        _told_by_status(folder, say),
    ):
        goes_on = newest_checkpoint(folder.checkpoints) is not None
        check_recipe(recipe, goes_on=goes_on)
        keep_weights(recipe, folder, goes_on=goes_on)
        device = choose_device(recipe)
        if recipe.threads:
            torch.set_num_threads(recipe.threads)
        photos = open_run_photos(recipe, folder, token=token, say=say)
        batches = build_batch_source(recipe, photos.train, device, say=say)
        _record_environment(recipe, folder, photos.train, device)
        _keep_places(recipe, folder)
        torch.manual_seed(recipe.seed)
        generator = _build_start(recipe, say, goes_on=goes_on).to(device)
        generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        ema = Ema(generator, decay=recipe.ema_decay)
        start = MethodContext(generator=generator, averaged=ema.averaged, device=device)
        scheme = build_method(recipe, start)
        validation = _open_validation(recipe, photos, say)
        loop = Loop(
            recipe,
            scheme,
            batches,
            ema=ema,
            folder=folder,
            device=device,
            report=told,
            validation=validation,
            samples=_open_samples(recipe, photos.train, validation, folder),
        )
        loop.run(token)


def _build_start(recipe: TrainRecipe, say: Report, *, goes_on: bool) -> Generator:
    generator = build_generator(recipe.generator)
    if recipe.init_weights and not goes_on:
        weights = read_weights(recipe.init_weights)
        missing = load_fitting(generator, weights)
        if missing:
            generator.silence_new_parts(missing)
            text = f"{weights.source}: taken in part: {say_missing(weights, missing)}"
            say(Warned(code="partial-weights", text=text))
    return generator


def _open_validation(recipe: TrainRecipe, photos: RunPhotos, say: Report) -> ValidationSet | None:
    scale = recipe.generator.scale
    if recipe.validation_folder:
        folder = Path(recipe.validation_folder)
        validation = ValidationSet.open(folder, scale=scale, reduction=_reduction(recipe))
        if validation.left_out:
            count = len(validation.pairs) + len(validation.left_out)
            text = f"validation: {tell_left_out(validation.left_out, of=count)}"
            say(Warned(code="photos-left-out", text=text))
        return validation
    if not photos.held_out:
        return None
    return ValidationSet(_damaged(recipe, photos.held_out), scale=scale)


def _damaged(recipe: TrainRecipe, pairs: Sequence[PhotoPair]) -> list[PhotoPair]:
    """Return clean pairs with LR as the recipe makes it."""
    if recipe.data.degradation.is_clean:
        return list(pairs)
    reduction = _reduction(recipe)
    return [PhotoPair(hr=pair.hr, lr=reduction(pair.hr, n)) for n, pair in enumerate(pairs)]


def _open_samples(
    recipe: TrainRecipe, store: PhotoStore, validation: ValidationSet | None, folder: RunFolder
) -> SamplePictures | None:
    if not recipe.sample_photos or rank():
        return None
    if validation is not None:
        pairs = list(validation.pairs[: recipe.sample_photos])
    else:
        first = [store[number] for number in range(min(recipe.sample_photos, len(store)))]
        pairs = _damaged(recipe, first)
    return SamplePictures(pairs, scale=recipe.generator.scale, run=folder.path)


def _reduction(recipe: TrainRecipe) -> Downsampling:
    scale, seed = recipe.generator.scale, recipe.seed
    return build_reduction(recipe.data.degradation, scale=scale, seed=seed)


def _record_environment(
    recipe: TrainRecipe, folder: RunFolder, store: PhotoStore, device: torch.device
) -> None:
    if rank():
        return
    environment = describe_environment(
        device=device,
        seed=recipe.seed,
        processes=process_count(),
        data_manifest_sha256=store.manifest_sha256,
    )
    content = msgspec.json.format(msgspec.json.encode(environment), indent=2)
    write_bytes_atomic(folder.path / "environment.json", content)


def _keep_places(recipe: TrainRecipe, folder: RunFolder) -> None:
    """Write down where the photos are now, once they are known to be those of the run."""
    path = folder.path / "recipe.yaml"
    with suppress(ConfigError):
        if rank() == 0 and differing_fields(load_recipe(path), recipe):
            write_bytes_atomic(path, dump_recipe(recipe).encode())


@contextmanager
def _told_by_status(folder: RunFolder, say: Report) -> Iterator[None]:
    before = _status_content(folder)
    try:
        yield
    except (JobCancelled, KeyboardInterrupt):
        _write_status(folder, "cancelled")
        raise
    except Exception as error:
        failure = as_engine_error(error, folder.path)
        # A run that is refused before it goes on stays what it was.
        is_refused = isinstance(failure, ConfigError) and before is not None
        if not (is_refused and _status_content(folder) == before):
            code = failure.code if failure else "unexpected"
            text = str(failure) if failure else f"{type(error).__name__}: {error}"
            _tell_failure(folder, say, Failed(code=code, text=text))
        if failure is None or failure is error:
            raise
        raise failure from error
    _write_status(folder, "finished")


def _tell_failure(folder: RunFolder, say: Report, failed: Failed) -> None:
    # What stopped the run, such as a full disk, may stop these too, and is the error to tell.
    with suppress(EngineError, OSError):
        say(failed)
    with suppress(EngineError, OSError):
        _write_status(folder, "failed")


def _status_content(folder: RunFolder) -> bytes | None:
    path = folder.path / "status.json"
    return path.read_bytes() if path.is_file() else None


def _write_status(folder: RunFolder, state: State) -> None:
    if rank() == 0:
        folder.write_status(state)


@contextmanager
def _stops_on_signals(token: CancelToken) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    kinds = (signal.SIGTERM, signal.SIGINT)
    asked_s: list[float] = []

    def ask(_number: int, _frame: FrameType | None) -> None:
        # Asked again after a while, it stops at once. torchrun and a terminal may both ask.
        if asked_s and time.monotonic() - asked_s[0] > _PATIENCE_S:
            raise KeyboardInterrupt
        asked_s.append(time.monotonic())
        token.cancel()

    before = {kind: signal.signal(kind, ask) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)

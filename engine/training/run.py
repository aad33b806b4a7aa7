"""Starts or resumes a run; its folder always records how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path

import msgspec
import torch

from engine.config.recipe_file import differing_fields, dump_recipe, load_recipe
from engine.config.recipes import QuantizeRecipe, TrainRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.core.images import ImageU8
from engine.data.degradation import degrade_photo
from engine.data.downsampling import downsample_bicubic
from engine.data.photo_files import tell_left_out
from engine.data.photo_pair import PhotoPair
from engine.data.photo_store import PhotoStore
from engine.inference.network.lpips import Lpips
from engine.runs.events import Event, Warned
from engine.runs.run_folder import RunFolder
from engine.training.batch_source import build_batch_source
from engine.training.calibration import start_ranges
from engine.training.checkpoints import newest_checkpoint
from engine.training.checks import check_recipe, choose_device
from engine.training.ema import Ema
from engine.training.environment import describe_environment
from engine.training.loop import Loop, Report
from engine.training.method import MethodContext, TrainingMethod
from engine.training.processes import process_count, rank
from engine.training.run_generator import build_run_generator, load_initial_weights
from engine.training.run_outcome import cancels_on_signals, recording_outcome
from engine.training.run_photos import RunPhotos, open_run_photos
from engine.training.run_teacher import open_teacher_pictures
from engine.training.run_weights import keep_weights
from engine.training.samples import SamplePictures
from engine.training.tensorboard import also_on_tensorboard
from engine.training.validation import ValidationSet

MethodBuilder = Callable[[TrainRecipe, MethodContext], TrainingMethod]


def run_training(
    recipe: TrainRecipe,
    folder: RunFolder,
    *,
    build_method: MethodBuilder,
    token: CancelToken,
    report: Report,
) -> None:
    """Train until the recipe's last step, resuming from the newest checkpoint if there is one.

    Args:
        recipe: The recipe of the run.
        folder: The run folder, for checkpoints, events and the status.
        build_method: Builds the training method of the recipe.
        token: Stops the run; a checkpoint is written first. SIGTERM and Ctrl+C cancel it,
            and stop the run at once when they are repeated after two seconds.
        report: Receives each event after it was written to the folder.

    Raises:
        NonFiniteLossError: If a loss stops being a number; the batch is saved.
        ConfigError: If the recipe names something that is missing or does not fit.
        JobCancelled: If the token was cancelled.
    """

    def emit(event: Event) -> None:
        if rank() == 0:
            folder.append(event)
            report(event)

    with (
        cancels_on_signals(token),
        folder.locked() if rank() == 0 else nullcontext(),
        also_on_tensorboard(
            report, folder.path, is_wanted=recipe.tensorboard and rank() == 0
        ) as report_all,
        recording_outcome(folder, emit, token),
    ):
        # What can be refused early is checked before photos are decoded, which takes long.
        resumes = newest_checkpoint(folder.checkpoints) is not None
        check_recipe(recipe, resumes=resumes)
        keep_weights(recipe, folder, resumes=resumes)
        device = choose_device(recipe)
        if recipe.threads:
            torch.set_num_threads(recipe.threads)
        photos = open_run_photos(recipe, folder, token=token, report=emit)
        teacher = open_teacher_pictures(recipe, photos.train, token=token, report=emit)
        batches = build_batch_source(recipe, photos.train, device, teacher=teacher, report=emit)
        _record_environment(recipe, folder, photos.train, device)
        _keep_locations(recipe, folder)
        # Initial weights depend on the seed alone; steps are seeded by their numbers (`Loop`).
        torch.manual_seed(recipe.seed)
        generator = build_run_generator(recipe)
        # A resumed run takes its weights from its checkpoint; the file may be gone by then.
        if not resumes:
            load_initial_weights(generator, recipe, emit)
        generator.to(device)
        if not resumes and isinstance(recipe, QuantizeRecipe):
            start_ranges(generator, recipe, batches, report=emit)
        # The order of memory (N, H, W, C) in which convolutions are fastest, on CPUs and GPUs.
        generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        # After the move: the average must be on the device, in the same order of memory.
        ema = Ema(generator, decay=recipe.ema_decay)
        context = MethodContext(generator=generator, averaged=ema.averaged, device=device)
        method = build_method(recipe, context)
        validation = _open_validation(recipe, photos, emit)
        loop = Loop(
            recipe,
            method,
            batches,
            ema=ema,
            folder=folder,
            device=device,
            report=report_all,
            validation=validation,
            samples=_open_samples(recipe, photos.train, validation, folder),
        )
        loop.run(token)


def _open_validation(
    recipe: TrainRecipe, photos: RunPhotos, report: Report
) -> ValidationSet | None:
    scale = recipe.generator.scale
    # Of the other processes none validates.
    has_lpips = recipe.lpips_onnx is not None and rank() == 0
    lpips = Lpips(Path(recipe.lpips_onnx or ""), threads=recipe.threads) if has_lpips else None
    if recipe.validation_folder:
        folder = Path(recipe.validation_folder)
        make_pair = partial(_make_pair, recipe)
        validation = ValidationSet.open(folder, scale=scale, make_pair=make_pair, lpips=lpips)
        if validation.left_out:
            count = len(validation.pairs) + len(validation.left_out)
            text = f"validation: {tell_left_out(validation.left_out, of=count)}"
            report(Warned(code="photos-left-out", text=text))
        return validation
    if not photos.held_out:
        return None
    return ValidationSet(_degraded(recipe, photos.held_out), scale=scale, lpips=lpips)


def _degraded(recipe: TrainRecipe, pairs: Sequence[PhotoPair]) -> list[PhotoPair]:
    """Return clean pairs with LR as the recipe degrades it."""
    if recipe.data.degradation.is_clean:
        return list(pairs)
    return [_make_pair(recipe, pair.hr, number) for number, pair in enumerate(pairs)]


def _make_pair(recipe: TrainRecipe, hr: ImageU8, number: int) -> PhotoPair:
    degradation, scale = recipe.data.degradation, recipe.generator.scale
    if degradation.kind == "bicubic":
        return PhotoPair(hr=hr, lr=downsample_bicubic(hr, scale))
    return degrade_photo(hr, degradation, scale=scale, seed=recipe.seed, number=number)


def _open_samples(
    recipe: TrainRecipe, store: PhotoStore, validation: ValidationSet | None, folder: RunFolder
) -> SamplePictures | None:
    if not recipe.sample_photos or rank():
        return None
    if validation is not None:
        pairs = list(validation.pairs[: recipe.sample_photos])
    else:
        first = [store[number] for number in range(min(recipe.sample_photos, len(store)))]
        pairs = _degraded(recipe, first)
    return SamplePictures(pairs, scale=recipe.generator.scale, run=folder.path)


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


def _keep_locations(recipe: TrainRecipe, folder: RunFolder) -> None:
    """Record where the photos are now, once they are known to be those of the run."""
    path = folder.path / "recipe.yaml"
    with suppress(ConfigError):
        if rank() == 0 and differing_fields(load_recipe(path), recipe):
            write_bytes_atomic(path, dump_recipe(recipe).encode())

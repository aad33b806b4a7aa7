"""Makes the file of one photo: the same way for a single file, a batch and the window."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.core.atomic_file import make_folder
from engine.core.cancellation import CancelToken
from engine.core.errors import OutputExistsError
from engine.core.file_guard import FileGuard
from engine.core.leftovers import remove_leftovers
from engine.inference.job.naming import Announce, ResultName
from engine.inference.job.photo_errors import photo_errors
from engine.inference.job.plan import PhotoPlan
from engine.inference.job.upscale_photo import UpscaleReport


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoResult:
    """What became of one photo.

    Attributes:
        path: Its result, or the file with that name that was kept.
        report: How the result was made; None if it was skipped as its name is taken.
    """

    path: Path
    report: UpscaleReport | None


class PhotoUpscaler(Protocol):
    """Carries out plans; the engine has one, tests have others."""

    def run(self, plan: PhotoPlan, name: ResultName, token: CancelToken) -> UpscaleReport:
        """Make the result of ``plan``, which ``name`` publishes.

        Raises:
            EngineError: If it cannot be made; nothing has its name then.
            JobCancelled: If ``token`` was cancelled.
        """
        ...


def make_result(
    plan: PhotoPlan,
    upscaler: PhotoUpscaler,
    *,
    guard: FileGuard,
    token: CancelToken,
    announce: Announce | None = None,
) -> PhotoResult:
    """Reserve a name for the result of ``plan`` and make it, unless it is to be skipped.

    Args:
        plan: What to do.
        upscaler: Does it.
        guard: The files that must not be replaced, and the results made so far.
        token: Lets the caller pause or stop it.
        announce: Called with the finished temporary file and its name, just before it gets it.

    Raises:
        EngineError: If it cannot be made; the message names the photo.
        JobCancelled: If ``token`` was cancelled.
    """
    with photo_errors(plan.photo):
        make_result_folder(plan.output.parent)
        name = ResultName(
            plan.output, plan.settings.collision, guard, photo=plan.photo, announce=announce
        )
        # Another program may take the name while the result is computed: asked again at the end.
        with suppress(OutputExistsError):
            if not name.is_taken:
                report = upscaler.run(plan, name, token)
                return PhotoResult(path=name.path, report=report)
        return PhotoResult(path=name.path, report=None)


def make_result_folder(folder: Path) -> None:
    """Make a folder for results if it does not exist, and clear it of what dead runs left.

    Raises:
        OutputError: If it cannot be made.
    """
    make_folder(folder)
    remove_leftovers(folder)

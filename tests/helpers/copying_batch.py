"""A batch whose work copies photos, for tests of batches without networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from typing_extensions import override

from engine.core.atomic_file import temporary_part
from engine.core.cancellation import CancelToken
from engine.core.errors import (
    UnreadableImageError,
)
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.run import (
    BatchRequest,
    PhotoWork,
)
from engine.inference.job.naming import Collision, NameFields, ResultName, output_name
from engine.inference.job.plan import PhotoPlan
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.upscale_photo import UpscaleReport
from tests.helpers.plans import bare_plan, bare_report


class CopyWork(PhotoWork):
    """Copies photos; what starts with ``bad`` fails, what ``during`` does happens first."""

    def __init__(self, during: Callable[[Path], None] = lambda _photo: None) -> None:
        self.during = during
        self.settings = UpscaleSettings(models=())
        self.seen: list[str] = []

    @override
    def plan(self, photo: PhotoInput) -> PhotoPlan:
        if photo.path.name.startswith("unreadable"):
            raise UnreadableImageError(f"{photo.path}: is no photo")
        assert self.settings.output_folder is not None
        fields = NameFields(name=photo.path.stem, model="m", scale=2, width=2, height=2)
        name = output_name(self.settings.name_template, fields, suffix=".png")
        folder = self.settings.output_folder / photo.folder
        return bare_plan(photo.path, self.settings, folder / name)

    @override
    def run(self, plan: PhotoPlan, name: ResultName, token: CancelToken) -> UpscaleReport:
        photo = plan.photo
        self.seen.append(photo.name)
        token.check()
        self.during(photo)
        if photo.name.startswith("bad"):
            raise UnreadableImageError(f"{photo}: is cut off")
        with temporary_part(name.path) as part:
            part.write_bytes(photo.read_bytes())
            name.publish(part)
        return bare_report(plan, "copied")


def settings(
    folder: Path, template: str = "{name}", *, collision: Collision = Collision.NUMBER
) -> UpscaleSettings:
    return UpscaleSettings(
        models=(), output_folder=folder, name_template=template, collision=collision
    )


def skipping(request: BatchRequest) -> BatchRequest:
    return replace(request, settings=replace(request.settings, collision=Collision.SKIP))


def into(request: BatchRequest, folder: Path) -> BatchRequest:
    return replace(request, settings=replace(request.settings, output_folder=folder))


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())

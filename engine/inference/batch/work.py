"""Enlarges the photos of a batch, and tells before the start what that will take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import msgspec
from typing_extensions import override

from engine.catalog.catalog import Catalog
from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError
from engine.imaging.codecs.decode import DecodeLimits, read_info
from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.formats import OutputFormat, check_format_limits
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.run import PhotoWork, PlannedResult
from engine.inference.job.estimate import measure_seconds_per_px, memory_budget_bytes, plan_tile_px
from engine.inference.job.naming import NameFields, ResultName
from engine.inference.job.photo_errors import photo_errors
from engine.inference.job.progress import OnProgress, OnTile
from engine.inference.job.target import OutputPlan, OutputTarget, plan_output
from engine.inference.job.upscale_photo import (
    UpscaleReport,
    UpscaleRequest,
    forecast,
    upscale_photo,
)
from engine.inference.network.assembly import ModelSettings, assemble, choose_models
from engine.inference.network.model_source import ModelSource
from engine.inference.network.session_pool import SessionPool

# What a source format that we do not write becomes.
_STAND_INS = {"heic": OutputFormat.JPEG, "raw": OutputFormat.TIFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleSettings:
    """What to do with every photo of a batch.

    Attributes:
        target: How large.
        models: Which networks, and how to run them.
        output_format: What results are written as; None for each photo's own format.
        quality: 1 to 100, for JPEG, WebP and AVIF.
        bit_depth: 8 or 16; None keeps each photo's.
        keep_metadata: Whether EXIF, XMP and IPTC go along.
        tile_px: Side of the tiles, None to plan it.
        decode_limits: How large a photo may be.
    """

    target: OutputTarget
    models: ModelSettings
    output_format: OutputFormat | None = None
    quality: int = 92
    bit_depth: Literal[8, 16] | None = None
    keep_metadata: bool = True
    tile_px: int | None = None
    decode_limits: DecodeLimits = field(default_factory=DecodeLimits)

    def fingerprint(self) -> str:
        """Return text that is equal for settings that give equal results."""
        files = [[v.sha256 for v in source.card.variants] for source in self.models.models]
        target = [self.target.kind.value, self.target.value, self.target.dpi]
        models = [self.models.fidelity, self.models.back_projection, self.models.precision]
        output = self.output_format.value if self.output_format else None
        encoding = [output, self.quality, self.bit_depth, self.keep_metadata]
        return msgspec.json.encode([files, target, models, encoding]).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEstimate:
    """What a batch will take.

    Attributes:
        photo_count: Photos that can be enlarged.
        unusable: Photos that cannot, with the reason.
        megapixels: Pixels of all results, in millions.
        memory_bytes: Peak memory.
        output_bytes: About the size of all results.
        scratch_bytes: Largest space of scratch files at one time.
        time_s: Duration, without decoding.
        is_measured: Whether the time rests on a speed measured here.
    """

    photo_count: int
    unusable: tuple[tuple[Path, str], ...]
    megapixels: float
    memory_bytes: int
    output_bytes: int
    scratch_bytes: int
    time_s: float
    is_measured: bool


def choose_sources(
    catalog: Catalog, model_id: str | None, *, fidelity: float | None
) -> tuple[ModelSource, ...]:
    """Return the networks that a batch may use.

    Args:
        catalog: What there is.
        model_id: The one asked for; None for the default of every scale.
        fidelity: When given, the twins come along to be blended with.

    Raises:
        UnknownNameError: If there is no such network.
        ModelError: If there is no network at all.
    """
    if model_id is not None:
        cards = [catalog.get(model_id)]
    else:
        scales = sorted({card.scale for card in catalog.list() if card.scale > 1})
        cards = [catalog.default(scale) for scale in scales or (2,)]
    sources = []
    for card in cards:
        sources.append(ModelSource(card=card, folder=catalog.entry(card.id).folder))
        twin = catalog.twin(card) if fidelity is not None else None
        if twin is not None:
            sources.append(ModelSource(card=twin, folder=catalog.entry(twin.id).folder))
    return tuple(sources)


class UpscaleWork(PhotoWork):
    """Enlarges photos, all with the same settings.

    Attributes:
        last_report: What came of the photo that was enlarged last.
    """

    def __init__(
        self,
        settings: UpscaleSettings,
        *,
        scratch_folder: Path,
        on_progress: OnProgress | None = None,
        on_tile: OnTile | None = None,
        pool: SessionPool | None = None,
    ) -> None:
        self._settings = settings
        self._scratch_folder = scratch_folder
        self._on_progress = on_progress
        self._on_tile = on_tile
        self._pool = pool or SessionPool()
        self.last_report: UpscaleReport | None = None

    @override
    def plan(self, photo: Path) -> PlannedResult:
        with photo_errors(photo):
            return self._planned(photo)

    @override
    def run(self, photo: Path, name: ResultName, token: CancelToken) -> tuple[str, ...]:
        self.last_report = None
        request = replace(self._request(photo, name.path), publish=name.publish)
        with photo_errors(photo):
            self.last_report = upscale_photo(
                request,
                token=token,
                on_progress=self._on_progress,
                on_tile=self._on_tile,
                pool=self._pool,
            )
        return self.last_report.notes

    def _planned(self, photo: Path) -> PlannedResult:
        info = read_info(photo)
        output = self._format(info.format)
        plan = self._plan(info.width_px, info.height_px)
        check_format_limits(output, width_px=plan.width_px, height_px=plan.height_px, path=photo)
        fields = NameFields(
            name=photo.stem,
            model=self._model_name(plan),
            scale=plan.width_px / info.width_px,
            width=plan.width_px,
            height=plan.height_px,
        )
        is_same = OutputFormat.of_suffix(photo.suffix) is output
        return PlannedResult(fields=fields, suffix=photo.suffix if is_same else output.suffix)

    def estimate(
        self, photos: Iterable[PhotoInput], *, seconds_per_px: float | None = None
    ) -> BatchEstimate:
        """Return what a batch of ``photos`` will take, from their headers.

        Args:
            photos: The photos.
            seconds_per_px: Time of one LR pixel, see `measure`.
        """
        estimates = []
        unusable = []
        for photo in photos:
            try:
                with photo_errors(photo.path):
                    output = photo.path.with_suffix(self.plan(photo.path).suffix)
                    request = self._request(photo.path, output)
                    ahead = forecast(request, seconds_per_px=seconds_per_px)
            except EngineError as error:
                unusable.append((photo.path, str(error)))
            else:
                estimates.append(ahead.estimate)
        return BatchEstimate(
            photo_count=len(estimates),
            unusable=tuple(unusable),
            megapixels=sum(e.width_px * e.height_px for e in estimates) / 1e6,
            memory_bytes=max((e.memory_bytes for e in estimates), default=0),
            output_bytes=sum(e.output_bytes for e in estimates),
            scratch_bytes=max((e.scratch_bytes for e in estimates), default=0),
            time_s=sum(e.time_s for e in estimates),
            is_measured=seconds_per_px is not None,
        )

    def measure(self) -> float:
        """Return the seconds that one LR pixel takes on this machine; runs two tiles.

        Raises:
            InferenceError: If the network cannot be run.
        """
        models = self._settings.models
        assembly = assemble(models, max(models.scales), pool=self._pool)
        cards = [network.card for network in assembly.networks]
        budget = memory_budget_bytes()
        tile_px = self._settings.tile_px or plan_tile_px(
            cards, assembly.upscaler, budget_bytes=budget
        )
        return measure_seconds_per_px(assembly.upscaler, tile_px=tile_px)

    def _plan(self, width_px: int, height_px: int) -> OutputPlan:
        settings = self._settings
        return plan_output(width_px, height_px, settings.target, scales=settings.models.scales)

    def _model_name(self, plan: OutputPlan) -> str:
        if not plan.passes:
            return "bicubic"
        models = self._settings.models
        sources, _ = choose_models(models.models, plan.passes[0], fidelity=models.fidelity)
        if len(sources) == 1 or models.fidelity is None:
            return sources[0].card.id
        faithful = sources[-1].card.id
        return f"{faithful}-fidelity{models.fidelity * 100:.4g}"

    def _format(self, source_format: str) -> OutputFormat:
        if self._settings.output_format is not None:
            return self._settings.output_format
        by_name = {output.value: output for output in OutputFormat}
        return by_name.get(source_format) or _STAND_INS.get(source_format, OutputFormat.PNG)

    def _request(self, photo: Path, output: Path) -> UpscaleRequest:
        settings = self._settings
        output_format = OutputFormat.of_suffix(output.suffix) or OutputFormat.PNG
        return UpscaleRequest(
            source=photo,
            destination=output,
            target=settings.target,
            models=settings.models,
            encode=EncodeOptions(
                format=output_format,
                quality=settings.quality,
                bit_depth=settings.bit_depth,
                keep_metadata=settings.keep_metadata,
            ),
            scratch_folder=self._scratch_folder,
            tile_px=settings.tile_px,
            decode_limits=settings.decode_limits,
        )

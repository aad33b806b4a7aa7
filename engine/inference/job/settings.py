"""Everything that a user decides about a result."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from engine.catalog.card import ModelCard
from engine.imaging.codecs.decode import DecodeLimits
from engine.imaging.formats import OutputFormat
from engine.inference.job.naming import DEFAULT_TEMPLATE, Collision
from engine.inference.job.target import OutputTarget
from engine.inference.network.model_source import ModelSource
from engine.inference.network.precision import PrecisionChoice
from engine.inference.network.providers import AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleSettings:
    """What to do with a photo; the same for every photo of a batch.

    Attributes:
        models: The models that may run, from `select_models`; the first of a scale runs.
        target: Size of the result.
        restoration: How much blur, noise and compression is removed, 0 to 1, by a model with a
            dial; None to estimate it from each photo.
        fidelity: From 0 (vivid) to 1 (faithful), of a model with a dial; None for its default.
        back_projection: Whether the downscaled result must equal the photo.
        device: ``auto`` or the name of a provider.
        precision: ``auto``, ``fp32``, ``fp16`` or ``int8``.
        thread_count: CPU threads; 0 takes all physical cores.
        tile_px: Side of the tiles in pixels of the photo; None to plan it from the free memory.
        output_format: Format of the result; None for each photo's own.
        quality: 1 to 100, for JPEG, WebP and AVIF.
        bit_depth: 8 or 16; None for each photo's own.
        keep_metadata: Whether EXIF, XMP, IPTC and texts go along.
        output_folder: Folder of the results; None for each photo's own.
        name_template: Names of the results in that folder, see `TEMPLATE_FIELDS`.
        output_file: File of the only result, in place of a folder and a template.
        collision: What to do when a result's name is taken.
        decode_limits: Largest photo that is decoded.
    """

    models: tuple[ModelSource, ...]
    target: OutputTarget = field(default_factory=lambda: OutputTarget.factor(4))
    restoration: float | None = None
    fidelity: float | None = None
    back_projection: bool = False
    device: str = AUTO
    precision: PrecisionChoice = "auto"
    thread_count: int = 0
    tile_px: int | None = None
    output_format: OutputFormat | None = None
    quality: int = 92
    bit_depth: Literal[8, 16] | None = None
    keep_metadata: bool = True
    output_folder: Path | None = None
    name_template: str = DEFAULT_TEMPLATE
    output_file: Path | None = None
    collision: Collision = Collision.NUMBER
    decode_limits: DecodeLimits = field(default_factory=DecodeLimits)

    @property
    def scales(self) -> frozenset[int]:
        """Scales that one of the models has."""
        return frozenset(model.card.scale for model in self.models)

    def fingerprint(self) -> str:
        """Return text that is equal for settings that give equal results.

        Batches record it: its form must not change, or no batch of an older version could
        be resumed. Where results go and what they are called is not part of it.
        """
        # Weights and not ids: a model that was trained anew gives other results.
        files = [_weights(source.card) for source in self.models]
        target = [self.target.kind.value, self.target.value, self.target.dpi]
        models = [_rounded(self.fidelity), self.back_projection, self.precision]
        if self.restoration is not None:
            models.append(_rounded(self.restoration))
        output = self.output_format.value if self.output_format else None
        encoding = [output, self.quality, self.bit_depth, self.keep_metadata]
        return msgspec.json.encode([files, target, models, encoding]).decode()


def _weights(card: ModelCard) -> list[object]:
    """Return what the weights of a model are, and of a dial also what its values mean."""
    hashes: list[object] = [file.sha256 for file in card.files]
    if card.dial is not None:
        hashes += [card.dial.default_fidelity, card.dial.restoration_map]
    return hashes


def _rounded(value: float | None) -> float | None:
    # As `DialPoint` rounds it: values that give one network are equal.
    return None if value is None else round(value, 2)

"""What is measured for a card: quality at the points that users choose, loss and speed of int8."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from engine.catalog.card import ModelCard, Precision, Variant
from engine.evaluation.candidates import CatalogCandidate
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling, degraded_downsampling
from engine.evaluation.model_points import ModelPoint
from engine.export.benchmark_protocol import (
    BenchmarkProtocol,
    PrecisionLoss,
    SetQuality,
    card_figures,
    measure,
    precision_loss,
)
from engine.export.calibration import typical_degradation
from engine.inference.network.model_source import ModelSource
from engine.profiling.speed import relative_speed

# int8 is compared at these values of restoration, and at both ends and the default of fidelity.
_RESTORATIONS = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a model is used: a point of its dial, and the photos that are made for it."""

    point: ModelPoint
    downsampling: BenchmarkDownsampling


def measured_card(
    card: ModelCard, folder: Path, protocol: BenchmarkProtocol, *, tile_px: int
) -> ModelCard:
    """Return ``card`` with figures of quality, and with loss and speed of smaller precisions.

    Args:
        card: A card whose files exist.
        folder: Folder of the files.
        protocol: Sets and metrics.
        tile_px: Side of the LR input at which speed is compared.

    Raises:
        ConfigError: If a folder holds no photo or the file of a metric is missing.
        InferenceError: If a file cannot be run.
    """
    source = ModelSource(card=card, folder=folder)
    quality = [row for place in _quality(source, protocol) for row in place]
    variants = tuple(
        variant
        if variant.precision == "fp32"
        else compared_variant(source, variant, protocol, tile_px=tile_px)
        for variant in card.variants
    )
    return msgspec.structs.replace(card, variants=variants, quality=card_figures(quality))


def _quality(source: ModelSource, protocol: BenchmarkProtocol) -> Iterator[list[SetQuality]]:
    """Yield the quality with Auto and the default, and of clean photos at both ends of fidelity."""
    card = source.card
    automatic = ModelPoint()
    yield measure(_open(source, automatic), protocol, at=_described(card, automatic))
    if card.dial is not None:
        # What papers compare: clean photos, and one fixed network.
        clean = replace(protocol, downsamplings=(MATLAB,), no_reference=())
        ends = (1.0, 0.0) if card.has_fidelity else (None,)
        restoration = 0.0 if card.has_restoration else None
        for fidelity in ends:
            point = ModelPoint(restoration=restoration, fidelity=fidelity)
            yield measure(_open(source, point), clean, at=_described(card, point))


def _described(card: ModelCard, point: ModelPoint) -> str:
    parts = []
    if card.has_restoration:
        value = "auto" if point.restoration is None else f"{point.restoration:g}"
        parts.append(f"restoration {value}")
    if card.dial is not None and card.has_fidelity:
        fidelity = card.dial.default_fidelity if point.fidelity is None else point.fidelity
        parts.append(f"fidelity {fidelity:g}")
    return ", ".join(parts)


def compared_variant(
    source: ModelSource, variant: Variant, protocol: BenchmarkProtocol, *, tile_px: int
) -> Variant:
    """Return ``variant`` with its loss and its speed against float32.

    Args:
        source: The model, whose files exist.
        variant: One of its variants.
        protocol: Sets of photos.
        tile_px: Side of the LR input at which speed is compared.

    Raises:
        ConfigError: If a folder holds no photo.
        InferenceError: If a file cannot be run.
    """
    # Of a dial every point is another network: compared at several of them, on the first set.
    sets = protocol.benchmarks if source.card.dial is None else protocol.benchmarks[:1]
    losses = []
    for place in loss_places(source.card, protocol):
        one, other = (_open(source, place.point, p) for p in (variant.precision, "fp32"))
        losses.append(precision_loss(one, other, sets, place.downsampling))
    worst = _worst(losses)
    # Both sessions at once: they are timed in turns. All points of a dial cost the same.
    gray = np.full((tile_px, tile_px, 3), 0.5, dtype=np.float32)
    opened = [_open(source, ModelPoint(), p) for p in (variant.precision, "fp32")]
    small, full = (candidate.session(gray) for candidate in opened)
    return msgspec.structs.replace(
        variant,
        loss_db=worst.loss_db,
        difference_levels=worst.difference_levels,
        smooth_difference_levels=worst.smooth_difference_levels,
        relative_speed=round(relative_speed(small, full, side_px=tile_px), 2),
    )


def loss_places(card: ModelCard, protocol: BenchmarkProtocol) -> list[_Place]:
    """Return where a smaller precision is compared with the full one.

    A plain model by every downsampling of the protocol; a dial at several points, each
    with photos of about that restoration.
    """
    if card.dial is None:
        return [_Place(ModelPoint(), way) for way in protocol.downsamplings]
    restorations = _RESTORATIONS if card.has_restoration else (None,)
    fidelities = (0.0, card.dial.default_fidelity, 1.0) if card.has_fidelity else (None,)
    return [
        _Place(ModelPoint(restoration=r, fidelity=f), _typical(r))
        for r in restorations
        for f in fidelities
    ]


def _typical(restoration: float | None) -> BenchmarkDownsampling:
    return degraded_downsampling(typical_degradation(restoration or 0.0))


def _worst(losses: list[PrecisionLoss]) -> PrecisionLoss:
    return PrecisionLoss(
        loss_db=max(loss.loss_db for loss in losses),
        difference_levels=max(loss.difference_levels for loss in losses),
        smooth_difference_levels=max(loss.smooth_difference_levels for loss in losses),
    )


def _open(
    source: ModelSource, point: ModelPoint, precision: Precision = "fp32"
) -> CatalogCandidate:
    return CatalogCandidate(source, point=point, precision=precision, threads=0)

"""A network of the catalog, ready to enlarge crops, with fallbacks for when it fails."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.catalog.card import Variant
from engine.core.errors import BrokenOutputError, InferenceError, OutOfMemoryError
from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.network.dial import corner_shares
from engine.inference.network.guards import find_fault
from engine.inference.network.precision import safer_variants
from engine.inference.network.providers import CPU, Provider
from engine.inference.network.selection import NetworkPlan
from engine.inference.network.session import ExecutionSession, NetworkFile, SessionSpec
from engine.inference.network.session_pool import SessionPool
from engine.inference.network.upscaler import Upscaler

logger = logging.getLogger(__name__)

# Tiles with an exact overlap of over a quarter of their side keep less than a quarter of
# what is computed.
_MAX_OVERLAP_SHARE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way to run a network: one of its files on one provider."""

    variant: Variant
    spec: SessionSpec

    @property
    def label(self) -> str:
        """The attempt as a text: ``int8 on CPU``."""
        return f"{self.variant.precision} on {self.spec.provider.label}"


class NetworkUpscaler(Upscaler):
    """A network and the session it runs in.

    It starts with the planned variant and provider. When a result is broken or
    the provider fails, it continues with the next attempt (a higher precision,
    then the CPU) for good and adds a note; nothing falls back in silence.

    Attributes:
        card: What the network is.
        precision_reason: Which variant was selected and why.
        notes: What the user should know: fallbacks.
    """

    def __init__(self, plan: NetworkPlan, *, pool: SessionPool | None = None) -> None:
        """Load the planned file, or the next one that can be loaded.

        Args:
            plan: Which file of the network to run, and on what.
            pool: Keeps loaded networks; one of its own by default.

        Raises:
            InferenceError: If no attempt can be loaded.
            BadCardError: If a file is missing or is not what the card describes.
            ValueError: If the restoration of a dial was not estimated yet.
        """
        self.card = plan.source.card
        self.notes: list[str] = []
        self.precision_reason = plan.reason
        self._pool = pool or SessionPool(capacity=1)
        self._left = attempts(plan)
        self._attempt = self._left.pop(0)
        self._session = self._load()

    @property
    @override
    def scale(self) -> int:
        return self.card.scale

    @property
    @override
    def overlap_px(self) -> int:
        """Half the receptive field; the card's hint where that would leave little of the tiles."""
        exact_px = self.card.exact_overlap_px
        if _MAX_OVERLAP_SHARE * exact_px <= self.card.tile.best_px:
            return exact_px
        return min(exact_px, self.card.tile.overlap_px)

    @property
    @override
    def size_multiple(self) -> int:
        return self.card.size_multiple

    @property
    def provider(self) -> Provider:
        """Where it really runs."""
        return self._session.provider

    @property
    def variant(self) -> Variant:
        """The file that runs now."""
        return self._attempt.variant

    @override
    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        while True:
            try:
                sr = self._run_planes(lr)
            except OutOfMemoryError:
                # A smaller tile helps, another precision hardly: for the caller to decide.
                raise
            except InferenceError as error:
                self._fall_back(str(error), where, error)
                continue
            fault = find_fault(lr, sr)
            if fault is None:
                return sr
            self._fall_back(fault, where, None)

    def upscale_unguarded(self, lr: ImageF32) -> ImageF32:
        """Return what the network makes of ``lr``, however bad, for those that measure it.

        Raises:
            InferenceError: If it cannot be run.

        Shape:
            - ``lr``: ``(H, W, C)`` in ``[0, 1]``; result ``(s·H, s·W, C)``.
        """
        return self._run_planes(lr)

    def _run_planes(self, lr: ImageF32) -> ImageF32:
        """Run an image of 1 or 3 channels through a network of 1 or 3."""
        # Gray photo and RGB network, or the other way round, are brought together here.
        channels, wanted = lr.shape[2], self.card.input.channels
        if channels == wanted:
            return self._run(lr)
        if channels == 1:
            # Gray goes in as three equal channels; their mean comes back as gray.
            sr = self._run(np.repeat(lr, wanted, axis=2))
            return np.asarray(sr.mean(axis=2, keepdims=True), dtype=np.float32)
        return np.concatenate([self._run(lr[:, :, c : c + 1]) for c in range(channels)], axis=2)

    def _run(self, lr: ImageF32) -> ImageF32:
        height_px, width_px = lr.shape[:2]
        scale = self.card.scale
        padded = self.card.size_rules.pad(lr)
        batch = _to_range(np.moveaxis(padded, 2, 0)[None], self.card.input.range)
        result = self._session.run(np.ascontiguousarray(batch, dtype=np.float32))
        expected = (1, lr.shape[2], padded.shape[0] * scale, padded.shape[1] * scale)
        if result.shape != expected:
            raise InferenceError(
                f"{self.card.id}: the network returned shape {result.shape}, its card "
                f"promises {expected}"
            )
        planes = _from_range(result[0], self.card.output.range)
        return np.moveaxis(planes[:, : height_px * scale, : width_px * scale], 0, 2)

    def _fall_back(self, fault: str, where: Region, cause: Exception | None) -> None:
        at = f"the tile at x={where.left}, y={where.top} ({where.width} x {where.height} px)"
        if not self._left:
            if cause is not None:
                raise cause
            raise BrokenOutputError(
                f"{self.card.id}: {at} came out as {fault}, last tried with "
                f"{self._attempt.label}; use another model"
            )
        failed = self._attempt.label
        self._attempt = self._left.pop(0)
        self._say(f"{failed} gave {fault} for {at}; continued with {self._attempt.label}")
        self._session = self._load()

    def _load(self) -> ExecutionSession:
        while True:
            try:
                session = self._pool.get(self._attempt.spec)
            except InferenceError as error:
                if not self._left:
                    raise
                failed = self._attempt.label
                self._attempt = self._left.pop(0)
                self._say(f"{failed} failed ({error}); continued with {self._attempt.label}")
                continue
            # ONNX Runtime takes the CPU in silence where a provider cannot be used.
            wanted = self._attempt.spec.provider
            if session.provider.runtime_name != wanted.runtime_name:
                self._say(f"{wanted.label} could not be used; runs on {session.provider.label}")
            return session

    def _say(self, text: str) -> None:
        self.notes.append(f"{self.card.id}: {text}")
        logger.info("%s: %s", self.card.id, text)


def attempts(plan: NetworkPlan) -> list[Attempt]:
    """Return the ways to run a network, the planned one first, the safest last.

    For int8 on a GPU, with a card that has fp32, fp16 and int8::

        int8 on GPU -> fp16 on GPU -> fp32 on GPU -> fp32 on CPU
    """
    variant, provider = plan.variant, plan.provider
    safer = safer_variants(plan.source.card, variant)
    pairs = [(v, provider) for v in (variant, *reversed(safer))]
    if provider != CPU:
        pairs.append((safer[0] if safer else variant, CPU))
    return [
        Attempt(
            variant=v,
            spec=SessionSpec(
                files=_files(plan, v),
                provider=p,
                thread_count=plan.thread_count,
            ),
        )
        for v, p in pairs
    ]


def _files(plan: NetworkPlan, variant: Variant) -> tuple[NetworkFile, ...]:
    """Return the file of a plain model, or the corners that have a share at the dial's point."""
    shares: tuple[float, ...] = (1.0,)
    if plan.dial is not None:
        shares = corner_shares(variant.files, plan.dial.point)
    return tuple(
        NetworkFile(path=plan.source.folder / file.file, sha256=file.sha256, share=share)
        for file, share in zip(variant.files, shares, strict=True)
        # On an edge of the dial only two corners are loaded, in a corner it is a plain network.
        if share > 0
    )


def _to_range(batch: NDArray[np.float32], limits: tuple[float, float]) -> NDArray[np.float32]:
    low, high = limits
    return batch if (low, high) == (0.0, 1.0) else batch * np.float32(high - low) + np.float32(low)


def _from_range(planes: NDArray[np.float32], limits: tuple[float, float]) -> NDArray[np.float32]:
    low, high = limits
    if (low, high) == (0.0, 1.0):
        return planes
    return (planes - np.float32(low)) / np.float32(high - low)

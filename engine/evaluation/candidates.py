"""Candidates of an evaluation: networks by id or file, and plain bicubic enlargement."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.catalog.card import Precision
from engine.catalog.card_file import read_card
from engine.catalog.catalog import Catalog
from engine.core.errors import ConfigError, UnknownNameError
from engine.core.images import ImageF32
from engine.evaluation.downsampling import resize_pillow
from engine.evaluation.model_points import ModelPoint, parse_model_point, with_point
from engine.imaging.codecs.decode import DecodeLimits, open_photo
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler, attempts
from engine.inference.network.selection import NetworkPlan, plan_network
from engine.inference.network.session import ExecutionSession, SessionSpec, open_session
from engine.inference.network.session_pool import SessionPool
from engine.inference.restoration.estimate import estimate_of_pixels, estimate_restoration
from engine.probing.process import inspect_network

BICUBIC = "bicubic"
# Scale of bicubic when no network is named beside it: that of most tables in papers.
_BICUBIC_SCALE = 4
_DEFAULT_POINT = ModelPoint()
# Restoration values are rounded to 1/100, so that photos of one set often share a network.
_POOLED = 8


class Candidate(Protocol):
    """Enlarges whole pictures.

    Attributes:
        name: Its name in tables.
        scale: Factor between the sides of LR and SR.
    """

    name: str
    scale: int

    def enlarge(self, lr: ImageF32) -> ImageF32:
        """Return the enlarged picture.

        Raises:
            InferenceError: If a network cannot be run.

        Shape:
            - ``lr``: ``(H, W, 3)`` in ``[0, 1]``; result ``(s·H, s·W, 3)``, may leave the range.
        """
        ...

    def for_photo(self, lr: ImageF32, *, path: Path | None = None) -> Candidate:
        """Return the candidate with all settled that it decides by the whole picture ``lr``.

        Parts of the picture are then enlarged as the whole would be.

        Args:
            lr: The whole picture.
            path: Its file, which may say more than its pixels do; None if there is none.

        Raises:
            ImageError: If the file cannot be decoded.
        """
        return self


def enlarge_to_8bit(candidate: Candidate, lr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the enlarged picture rounded to 8 bit, as a file would hold it.

    Raises:
        InferenceError: If the candidate cannot be run.

    Shape:
        - ``lr``: ``(H, W, 3)`` uint8; result ``(s·H, s·W, 3)`` uint8.
    """
    return np.asarray(to_uint(candidate.enlarge(to_float(lr)), np.uint8), dtype=np.uint8)


class BicubicCandidate(Candidate):
    """Antialiased bicubic resampling, the baseline of every table."""

    def __init__(self, *, scale: int, name: str = BICUBIC) -> None:
        self.name = name
        self.scale = scale

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        height_px, width_px = lr.shape[0] * self.scale, lr.shape[1] * self.scale
        return resize_bicubic(lr, height_px=height_px, width_px=width_px)


class PillowBicubicCandidate(Candidate):
    """Bicubic resampling by Pillow, for comparison with figures that were measured with it."""

    def __init__(self, *, scale: int, name: str = BICUBIC) -> None:
        self.name = name
        self.scale = scale

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        pixels = np.asarray(to_uint(lr, np.uint8), dtype=np.uint8)
        height_px, width_px = lr.shape[0] * self.scale, lr.shape[1] * self.scale
        return to_float(resize_pillow(pixels, height_px=height_px, width_px=width_px))


class CatalogCandidate(Candidate):
    """A model of the catalog, at a point of its dial if it has one.

    Attributes:
        graph: The file whose cost is counted: fp32 where there is one, and one corner of a
            dial, which mixes the weights of its corners into one network.
        params: Trained parameters of that network; a file stores equal tensors only once.
        training_minutes: Time that its training took, if the card has it.
    """

    def __init__(
        self,
        source: ModelSource,
        *,
        precision: Precision,
        threads: int,
        point: ModelPoint = _DEFAULT_POINT,
        pool: SessionPool | None = None,
    ) -> None:
        """Plan how the model will run; it is loaded when a picture is enlarged.

        Raises:
            ConfigError: If the model has no dial for a value of ``point``.
            UnknownNameError: If its card has no variant of ``precision``.
        """
        card = source.card
        for key, value, has_dial in (
            ("r", point.restoration, card.has_restoration),
            ("f", point.fidelity, card.has_fidelity),
        ):
            if value is not None and not has_dial:
                raise ConfigError(f"{card.id}: has no dial {key}; leave out {key}={value:g}")
        self.name = with_point(card.id, point) + ("" if precision == "fp32" else f" {precision}")
        self.scale = card.scale
        self.graph = _graph(source)
        self.params = card.params
        minutes = card.training.get("minutes")
        self.training_minutes = float(minutes) if isinstance(minutes, int | float) else None
        self._pool = pool or SessionPool(capacity=_POOLED)
        self._plan = plan_network(
            source,
            restoration=point.restoration,
            fidelity=point.fidelity,
            precision=precision,
            thread_count=threads,
        )

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        # Without guards, which would measure fp32 where int8 is bad, and no young network at all.
        return NetworkUpscaler(self._settled(lr), pool=self._pool).upscale_unguarded(lr)

    @override
    def for_photo(self, lr: ImageF32, *, path: Path | None = None) -> Candidate:
        plan = self._settled(lr, path)
        if plan is self._plan:
            return self
        settled = copy.copy(self)
        settled._plan = plan  # noqa: SLF001 - a copy of this one
        assert plan.dial is not None
        settled.name = f"{self.name} (r={plan.dial.restoration:g})"
        return settled

    def session(self, lr: ImageF32) -> ExecutionSession:
        """Return the loaded network that enlarges ``lr``.

        Raises:
            InferenceError: If it cannot be loaded.
        """
        return self._pool.get(attempts(self._settled(lr))[0].spec)

    def _settled(self, lr: ImageF32, path: Path | None = None) -> NetworkPlan:
        """Return the plan with the restoration that the picture needs, if it is to be estimated."""
        dial = self._plan.dial
        if dial is None or not dial.is_open:
            return self._plan
        if path is None:
            pixels = np.asarray(to_uint(lr, np.uint8), dtype=np.uint8)
            found = estimate_of_pixels(pixels, scale=self.scale)
        else:
            limits = DecodeLimits(memory_limit_bytes=sys.maxsize)  # no scratch file is written
            with open_photo(path, scratch_folder=path.parent, limits=limits) as photo:
                found = estimate_restoration(photo, scale=self.scale)
        return self._plan.with_dial(dial.estimated(found.restoration, found.reason))


class FileCandidate(Candidate):
    """An ONNX file without a model card, which takes and gives values in ``[0, 1]``.

    Attributes:
        graph: The file.
    """

    def __init__(self, path: Path, *, threads: int) -> None:
        """Load the file.

        Raises:
            ModelRefusedError: If it is not a super-resolution network that can be run.
        """
        self._facts = inspect_network(path)
        self.name = path.stem
        self.scale = self._facts.scale
        self.graph = path
        self._session = open_session(SessionSpec.of_file(path, thread_count=threads))

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        height, width = lr.shape[:2]
        padded = self._facts.size_rules.pad(lr)
        planes = np.ascontiguousarray(padded.transpose(2, 0, 1)[None])
        # A gray network enlarges red, green and blue one after the other.
        if self._facts.channels == 1:
            parts = [self._session.run(planes[:, c : c + 1])[0] for c in range(planes.shape[1])]
            enlarged = np.concatenate(parts)
        else:
            enlarged = self._session.run(planes)[0]
        # Without the padding, which is at the right and at the bottom.
        sr: ImageF32 = enlarged.transpose(1, 2, 0)[: height * self.scale, : width * self.scale]
        return sr


def open_candidates(
    names: list[str],
    *,
    catalog: Catalog,
    peers: Path | None = None,
    scale: int | None = None,
    precision: Precision = "fp32",
    threads: int = 0,
    is_pillow: bool = False,
    note: Callable[[str], None] = lambda text: None,
) -> list[Candidate]:
    """Open the candidates that ``names`` name.

    Args:
        names: Ids of the catalog and card files, both with a point of the dial if there is
            one (`parse_model_point`); ONNX files, ``bicubic``, networks of ``peers``, or
            ``peers`` for all of them.
        catalog: The catalog of the ids.
        peers: Folder of ONNX files without cards.
        scale: Scale of ``bicubic``. By default that of the networks: one bicubic per
            scale, named ``bicubic x2`` and so on when there are several.
        precision: The variant of networks with a card.
        threads: CPU threads of one run; 0 uses all physical cores.
        is_pillow: Whether ``bicubic`` is Pillow's.
        note: Receives what the user should know: which model replaced a named one.

    Raises:
        UnknownNameError: If a name is none of these.
        ConfigError: If peers are named without a folder, or a point is not one of the model.
    """
    networks: dict[str, list[Candidate]] = {}
    for name in dict.fromkeys(names):
        if name == "peers":
            files = _peer_files(peers)
            networks[name] = [FileCandidate(path, threads=threads) for path in files]
        elif name != BICUBIC:
            current = _current(name, catalog, note)
            networks[name] = [
                _named(current, catalog, peers=peers, precision=precision, threads=threads)
            ]
    scales = {network.scale for group in networks.values() for network in group}
    baselines = _bicubics({scale} if scale is not None else scales, is_pillow=is_pillow)
    # Each name once, in the given order; a name without networks is bicubic.
    return [one for name in dict.fromkeys(names) for one in networks.get(name, baselines)]


def _bicubics(scales: set[int], *, is_pillow: bool) -> list[Candidate]:
    bicubic = PillowBicubicCandidate if is_pillow else BicubicCandidate
    if len(scales) > 1:
        return [bicubic(scale=scale, name=f"{BICUBIC} x{scale}") for scale in sorted(scales)]
    return [bicubic(scale=scale) for scale in scales or {_BICUBIC_SCALE}]


def _named(
    name: str, catalog: Catalog, *, peers: Path | None, precision: Precision, threads: int
) -> Candidate:
    model, point = parse_model_point(name)
    if model == BICUBIC:
        raise ConfigError(f"{name}: bicubic has no dial; leave out the point")
    path = _file_of(model, peers)
    if path is not None and path.suffix != ".json":
        if model != name:
            raise ConfigError(f"{name}: an ONNX file has no dial; leave out the point")
        return FileCandidate(path, threads=threads)
    if path is not None:
        source = ModelSource(card=read_card(path), folder=path.parent)
    else:
        entry = catalog.entry(model)
        source = ModelSource(card=entry.card, folder=entry.folder)
    return CatalogCandidate(source, point=point, precision=precision, threads=threads)


def _current(name: str, catalog: Catalog, note: Callable[[str], None]) -> str:
    """Return ``name``, or what replaced the model of an earlier version that it names."""
    alias = catalog.alias(name)
    if alias is None:
        return name
    note(alias.note)
    point = ModelPoint(restoration=alias.restoration, fidelity=alias.fidelity)
    return with_point(alias.model_id, point)


def _graph(source: ModelSource) -> Path:
    variant = source.card.variant("fp32") or source.card.variants[0]
    return source.folder / variant.files[0].file


def _file_of(name: str, peers: Path | None) -> Path | None:
    places = [Path(name)] if Path(name).suffix in {".onnx", ".json"} else []
    if peers is not None:
        places.append(peers / f"{name}.onnx")
    found = next((path for path in places if path.is_file()), None)
    if found is None and Path(name).suffix in {".onnx", ".json"}:
        raise UnknownNameError(f"{name}: no such file")
    return found


def _peer_files(peers: Path | None) -> list[Path]:
    files = sorted(peers.glob("*.onnx")) if peers is not None else []
    if not files:
        raise ConfigError(f"{peers}: holds no ONNX file; name a folder with --peers")
    return files

"""Candidates of an evaluation: networks by id or file, and plain bicubic enlargement."""

from __future__ import annotations

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
from engine.core.tiling import Region
from engine.evaluation.downsampling import resize_pillow
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.job.dial_point import NEUTRAL_RESTORATION
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from engine.inference.network.session import SessionSpec, open_session
from engine.probing.process import inspect_network

BICUBIC = "bicubic"
# Scale of bicubic when no network is named beside it: that of most tables in papers.
_BICUBIC_SCALE = 4


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

    def for_photo(self, lr: ImageF32) -> Candidate:
        """Return the candidate with all settled that it decides by the whole picture ``lr``.

        Parts of the picture are then enlarged as the whole would be.
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
    """A network with a model card.

    Attributes:
        graph: The file whose cost is counted: fp32 where there is one.
        params: Trained parameters; a file stores equal tensors only once.
        training_minutes: Time that its training took, if the card has it.
    """

    def __init__(
        self,
        source: ModelSource,
        *,
        precision: Precision,
        restoration: float | None = None,
        fidelity: float | None = None,
        threads: int,
    ) -> None:
        """Load the network.

        Args:
            source: The model.
            precision: Its variant.
            restoration: Restoration of a dial; 0.5 by default.
            fidelity: Fidelity of a dial; that of the model by default.
            threads: CPU threads of one run; 0 uses all physical cores.

        Raises:
            ConfigError: If a value of the dial is not in ``[0, 1]``.
        """
        plan = plan_network(
            source,
            restoration=NEUTRAL_RESTORATION if restoration is None else restoration,
            fidelity=fidelity,
            precision=precision,
            thread_count=threads,
        )
        suffix = "" if precision == "fp32" else f" {precision}"
        self.name = plan.name + suffix
        self.scale = source.card.scale
        self.graph = _graph(source)
        self.params = source.card.params
        minutes = source.card.training.get("minutes")
        self.training_minutes = float(minutes) if isinstance(minutes, int | float) else None
        self._upscaler = NetworkUpscaler(plan)

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        whole = Region(left=0, top=0, width=lr.shape[1], height=lr.shape[0])
        return self._upscaler.upscale(lr, where=whole)


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
    restoration: float | None = None,
    fidelity: float | None = None,
    threads: int = 0,
    is_pillow: bool = False,
) -> list[Candidate]:
    """Open the candidates that ``names`` name.

    Args:
        names: Ids of the catalog, card or ONNX files, ``bicubic``, networks of
            ``peers``, or ``peers`` for all of them.
        catalog: The catalog of the ids.
        peers: Folder of ONNX files without cards.
        scale: Scale of ``bicubic``. By default that of the networks: one bicubic per
            scale, named ``bicubic x2`` and so on when there are several.
        precision: The variant of networks with a card.
        restoration: Restoration of models with a dial; 0.5 by default.
        fidelity: Fidelity of models with a dial; that of each model by default.
        threads: CPU threads of one run; 0 uses all physical cores.
        is_pillow: Whether ``bicubic`` is Pillow's.

    Raises:
        UnknownNameError: If a name is none of these.
        ConfigError: If peers are named without a folder, or a value of a dial is not in
            ``[0, 1]``.
    """
    networks: dict[str, list[Candidate]] = {}
    for name in names:
        if name == "peers":
            files = _peer_files(peers)
            networks[name] = [FileCandidate(path, threads=threads) for path in files]
        elif (path := _file_of(name, peers)) is not None:
            networks[name] = [_from_file(path, precision=precision, threads=threads)]
        elif name != BICUBIC:
            entry = catalog.entry(name)
            networks[name] = [
                CatalogCandidate(
                    ModelSource(card=entry.card, folder=entry.folder),
                    precision=precision,
                    restoration=restoration,
                    fidelity=fidelity,
                    threads=threads,
                )
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


def _graph(source: ModelSource) -> Path:
    variant = source.card.variant("fp32") or source.card.variants[0]
    # The corners of a dial are of one graph.
    return source.folder / variant.files[0].file


def _from_file(path: Path, *, precision: Precision, threads: int) -> Candidate:
    if path.suffix == ".json":
        source = ModelSource(card=read_card(path), folder=path.parent)
        return CatalogCandidate(source, precision=precision, threads=threads)
    return FileCandidate(path, threads=threads)


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

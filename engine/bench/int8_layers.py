"""Measures where in a network int8 loses: by layer, and at the ends of its int8 chain."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from msgspec import Struct

from engine.bench.int8_methods import Int8Bench
from engine.core.timing import time_runs
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import find_photos, load_photos
from engine.imaging.pixel_values import to_float
from engine.inference.network.session import ExecutionSession, SessionSpec, open_session
from engine.probing.onnx_cost import convolution_macs
from engine.quantization.int8_file import write_int8
from engine.quantization.plan import ChainEnd, QuantizationPlan, plan_of, quantization_plan
from engine.quantization.ranges import ActivationRange, Patch, calibrate

_ENDS: tuple[tuple[ChainEnd, ...], ...] = ((), ("first",), ("last",), ("first", "last"))
_WHITE = 255
_WEIGHT = ".weight"
_PATCHES = 8
_SIDE_PX = 96


class LayerLoss(Struct, frozen=True, kw_only=True):
    """What a network loses if one convolution alone computes in int8.

    Attributes:
        layer: Name of the layer: that of its weight where it has one, else that of its node.
        is_int8: Whether it is among the layers that int8 files compute in int8.
        macs_share: Its share of the multiply-accumulates of all convolutions.
        difference_levels: Mean absolute difference of the pictures in 8-bit levels.
    """

    layer: str
    is_int8: bool
    macs_share: float
    difference_levels: float


class EndsLoss(Struct, frozen=True, kw_only=True):
    """What an int8 file loses and gains with some ends of its int8 chain in float32.

    Attributes:
        float_ends: ``first``: the first convolution; ``last``: the last one before the tail. The
            tail is in float32 in every file.
        layers: Names of the convolutions that these are.
        int8_macs_share: Share of the multiply-accumulates that is in int8.
        loss_db: Y-PSNR, never negative.
        difference_levels: Mean absolute difference of the pictures in 8-bit levels.
        smooth_difference_levels: The same in smooth areas.
        bytes: Size of the file.
        times_as_fast: Speed relative to float32: median of the ratios of interleaved runs.
    """

    float_ends: tuple[ChainEnd, ...]
    layers: tuple[str, ...]
    int8_macs_share: float
    loss_db: float
    difference_levels: float
    smooth_difference_levels: float
    bytes: int
    times_as_fast: float


def measure_layers(bench: Int8Bench) -> list[LayerLoss]:
    """Return the loss of each convolution alone, the largest first.

    Its input, its weight and its result are rounded; everything else is float32. The pictures
    are the middles of the first photos of the benchmark.

    Raises:
        ConfigError: If no photo can be decoded.
        InferenceError: If a network cannot be run.
        JobCancelled: If the token was cancelled.
    """
    model = bench.model()
    shares = _macs_shares(model)
    chain = quantization_plan(model).nodes
    patches = _middles(bench)
    bench.progress("Calibrating", 0, 1)
    ranges = calibrate(model, plan_of(model, shares), bench.network.patches)
    with TemporaryDirectory(prefix="mfagan-int8-") as name:
        path = Path(name, "int8.onnx")
        full = Path(name, "fp32.onnx")
        full.write_bytes(bench.network.content)
        expected = _enlarged(open_session(_spec(full, bench)), patches)
        found = []
        for number, (node, layer) in enumerate(_layer_names(model).items()):
            bench.progress("Layers", number, len(shares))
            bench.token.check()
            write_int8(model, path, plan=plan_of(model, {node}), ranges=ranges)
            pictures = _enlarged(open_session(_spec(path, bench)), patches)
            found.append(
                LayerLoss(
                    layer=layer,
                    is_int8=node in chain,
                    macs_share=round(shares[node], 4),
                    difference_levels=round(_difference_levels(pictures, expected), 4),
                )
            )
    return sorted(found, key=lambda one: -one.difference_levels)


def measure_ends(bench: Int8Bench, *, rounds: int) -> list[EndsLoss]:
    """Measure int8 files that differ in which ends of the int8 chain are in float32.

    Args:
        bench: The network and the photos.
        rounds: Timed runs of each file, in turns with float32.

    Raises:
        ConfigError: If no photo can be decoded.
        InferenceError: If a network cannot be run.
        JobCancelled: If the token was cancelled.
    """
    model = bench.model()
    plans = {ends: quantization_plan(model, float_ends=ends) for ends in _ENDS}
    # A chain of one or two convolutions has no middle left.
    plans = {ends: plan for ends, plan in plans.items() if plan.nodes}
    bench.progress("Calibrating", 0, 1)
    ranges = _ranges(bench, model, plans.values())
    shares, names = _macs_shares(model), _layer_names(model)
    most = frozenset().union(*(plan.nodes for plan in plans.values()))
    with TemporaryDirectory(prefix="mfagan-int8-") as name:
        full = Path(name, "fp32.onnx")
        full.write_bytes(bench.network.content)
        files: dict[str, Path] = {}
        for ends, plan in plans.items():
            label = " and ".join(ends) or "neither"
            files[label] = Path(name, f"{'-'.join(ends) or 'neither'}.onnx")
            write_int8(model, files[label], plan=plan, ranges=ranges)
        losses = dict(bench.compare(full, files))
        speeds = _times_as_fast(bench, full, list(files.values()), rounds=rounds)
        return [
            EndsLoss(
                float_ends=ends,
                layers=tuple(names[node] for node in names if node in most - plan.nodes),
                int8_macs_share=round(sum(shares[n] for n in shares if n in plan.nodes), 4),
                loss_db=losses[label].loss_db,
                difference_levels=losses[label].difference_levels,
                smooth_difference_levels=losses[label].smooth_difference_levels,
                bytes=path.stat().st_size,
                times_as_fast=round(speed, 3),
            )
            for (ends, plan), (label, path), speed in zip(
                plans.items(), files.items(), speeds, strict=True
            )
        ]


def _ranges(
    bench: Int8Bench, model: onnx.ModelProto, plans: Iterable[QuantizationPlan]
) -> Mapping[str, ActivationRange]:
    """Return the ranges of all activations of ``plans``."""
    nodes = frozenset().union(*(plan.nodes for plan in plans))
    return calibrate(model, plan_of(model, nodes), bench.network.patches)


def _macs_shares(model: onnx.ModelProto) -> dict[str, float]:
    """Return the share of each convolution in the multiply-accumulates of all, by node."""
    macs = convolution_macs(model, height_px=_SIDE_PX, width_px=_SIDE_PX)
    total = sum(macs.values())
    return {name: count / total for name, count in macs.items()}


def _layer_names(model: onnx.ModelProto) -> dict[str, str]:
    """Return names of the convolutions that users of the network know, by node."""
    found = {}
    for node in model.graph.node:
        if node.op_type == "Conv":
            weight = node.input[1]
            is_named = weight.endswith(_WEIGHT)
            found[node.name] = weight.removesuffix(_WEIGHT) if is_named else node.name
    return found


def _middles(bench: Int8Bench) -> list[Patch]:
    """Return the middles of the LR pictures of the first photos."""
    network, folder = bench.network, bench.benchmarks[0]
    patches = []
    for path, pixels in load_photos(find_photos(folder)[:_PATCHES], folder, []):
        hr = crop_to_multiple(pixels, network.scale)
        lr = to_float(bench.downsampling.downsample(hr, network.scale, photo=path))
        top, left = (max(0, side - _SIDE_PX) // 2 for side in lr.shape[:2])
        middle = lr[top : top + _SIDE_PX, left : left + _SIDE_PX]
        padded = network.card.size_rules.pad(middle)
        patches.append(np.ascontiguousarray(padded.transpose(2, 0, 1)[None]))
    return patches


def _spec(path: Path, bench: Int8Bench) -> SessionSpec:
    return SessionSpec.of_file(path, thread_count=bench.threads)


def _enlarged(session: ExecutionSession, patches: Sequence[Patch]) -> list[Patch]:
    return [session.run(patch) for patch in patches]


def _difference_levels(pictures: Sequence[Patch], expected: Sequence[Patch]) -> float:
    pairs = zip(pictures, expected, strict=True)
    return statistics.fmean(float(np.abs(one - other).mean()) * _WHITE for one, other in pairs)


def _times_as_fast(
    bench: Int8Bench, full: Path, files: Sequence[Path], *, rounds: int
) -> list[float]:
    """Return how many times faster than ``full`` each file runs."""
    side_px = bench.network.card.size_rules.fitting_px(bench.network.card.tile.best_px)
    batch = np.random.default_rng(0).random((1, 3, side_px, side_px), dtype=np.float32)
    sessions = [open_session(_spec(path, bench)) for path in (full, *files)]
    full_s, *times_s = time_runs(
        # Bound here: a bare lambda would run the last session each time.
        [partial(session.run, batch) for session in sessions],
        rounds=rounds,
        token=bench.token,
        progress=lambda done, total: bench.progress("Timing", done, total),
    )
    # The ratio within a round: all of its runs met the same disturbances.
    return [
        statistics.median(slow / fast for slow, fast in zip(full_s, one_s, strict=True))
        for one_s in times_s
    ]

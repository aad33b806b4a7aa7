"""Hostile ONNX files: refused within ten seconds, in little memory, or imported and usable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.campaigns.damage import damaged
from tests.campaigns.program import command
from tests.campaigns.report import Report
from tests.helpers.odd_onnx import nearest_nodes, node, write_onnx
from tests.helpers.tiny_onnx import write_tiny_onnx

COUNT = 160
_LONGEST_S = 20.0  # ten, and as many for a process to start on a busy machine
_MOST_BYTES = 600 * 2**20


def attack(folder: Path, *, count: int, seed: int) -> Report:
    """Import ``count`` networks, the crafted ones first."""
    report = Report("networks")
    random = np.random.default_rng(seed)
    paths = list(_crafted(folder))
    whole = write_tiny_onnx(folder / "whole.onnx").read_bytes()
    while len(paths) < count:
        path = folder / f"n{len(paths):04d}.onnx"
        path.write_bytes(damaged(whole, random))
        paths.append(path)
    for path in paths[:count]:
        _try(report, path, folder / "home")
    return report


def _try(report: Report, path: Path, home: Path) -> None:
    report.tried += 1
    words = ["models", "import", path, "--id", f"try-{report.tried}"]
    done = command(words, home, timeout_s=60)
    name = path.name
    if done.code is None:
        report.blame("hang", name)
    elif not done.is_clean:
        report.blame("unexpected", f"{name}: {(done.err or done.out)[-200:]}")
    elif done.seconds > _LONGEST_S:
        report.blame("slow", f"{name}: {done.seconds:.0f} s")
    elif done.peak_bytes > _MOST_BYTES:
        report.blame("memory", f"{name}: {done.peak_bytes / 2**20:.0f} MiB in the command itself")
    elif done.code == 0:
        _use(report, f"try-{report.tried}", home)
    else:
        report.count("refused")


def _use(report: Report, model_id: str, home: Path) -> None:
    """What was imported must be listed and removable; whether it is good is the card's matter."""
    listed = command(["models", "--json"], home)
    removed = command(["models", "remove", model_id], home)
    if not listed.is_clean or model_id not in listed.out or not removed.is_clean:
        report.blame("unusable", f"{model_id}: {(listed.err + removed.err)[-200:]}")
    else:
        report.count("imported")


def _crafted(folder: Path) -> Iterator[Path]:
    """Yield networks that were made to do harm."""
    tiny = write_tiny_onnx(folder / "tiny.onnx")
    yield tiny
    huge = [
        helper.make_node("Constant", [], ["shape"], value_ints=[1, 3, 100_000, 100_000]),
        node("ConstantOfShape", "shape", "filled"),
        node("ReduceMean", "filled", "mean"),
        *nearest_nodes(target="near"),
        node("Add", "near", "mean", "sr"),
    ]
    yield write_onnx(folder / "fold-huge.onnx", huge)
    tower: list[onnx.NodeProto] = [
        helper.make_node("Constant", [], ["t0"], value_floats=[1.0] * 64)
    ]
    tower += [node("Concat", f"t{n}", f"t{n}", f"t{n + 1}", axis=0) for n in range(28)]
    tower += [node("ReduceSum", "t28", "sum"), *nearest_nodes(target="near")]
    yield write_onnx(folder / "tower.onnx", [*tower, node("Add", "near", "sum", "sr")])
    axes = onnx.load(str(tiny))
    axes.graph.initializer.append(helper.make_tensor("many", TensorProto.FLOAT, [1] * 100, [1.0]))
    onnx.save(axes, str(folder / "axes.onnx"))
    yield folder / "axes.onnx"
    yield from _floods(folder)
    for name, proto in _external(tiny):
        path = folder / name
        onnx.save(proto, str(path))
        yield path
    many = [node("Identity", f"i{n}", f"i{n + 1}") for n in range(20_000)]
    yield write_onnx(
        folder / "many.onnx", [node("Identity", "lr", "i0"), *many, *nearest_nodes("i20000")]
    )
    yield from _no_files(folder)


def _floods(folder: Path) -> Iterator[Path]:
    """Yield networks that want more memory or time than anybody has."""
    side = {"w": np.ones((1, 30_000), dtype=np.float32)}
    square = [
        node("Transpose", "w", "t", perm=[1, 0]),
        node("Mul", "w", "t", "huge"),
        node("ReduceSum", "huge", "one"),
        node("Add", "lr", "one", "sum"),
        *nearest_nodes("sum"),
    ]
    yield write_onnx(folder / "square.onnx", square, weights=side)
    sums = [node("Add", f"s{n}", "w", f"s{n + 1}") for n in range(20_000)]
    sums += [node("ReduceSum", "s20000", "one"), node("Add", "lr", "one", "sum")]
    yield write_onnx(
        folder / "sums.onnx",
        [node("Identity", "w", "s0"), *sums, *nearest_nodes("sum")],
        weights={"w": np.ones(65_536, dtype=np.float32)},
    )
    zoom = helper.make_node("Constant", [], ["zoom"], value_ints=[1, 1, 500, 500])
    tile = [node("Tile", "lr", "zoom", "huge"), node("GlobalAveragePool", "huge", "one")]
    yield write_onnx(
        folder / "tile.onnx",
        [zoom, *tile, node("Add", "lr", "one", "sum"), *nearest_nodes("sum")],
    )
    layers = [node("Conv", f"x{n}", "deep", f"x{n + 1}") for n in range(4000)]
    yield write_onnx(
        folder / "endless.onnx",
        [
            node("Conv", "lr", "wide", "x0"),
            *layers,
            node("ReduceMean", "x4000", "one"),
            node("Add", "lr", "one", "sum"),
            *nearest_nodes("sum"),
        ],
        weights={
            "wide": np.full((512, 3, 1, 1), 1e-3, dtype=np.float32),
            "deep": np.full((512, 512, 1, 1), 1e-9, dtype=np.float32),
        },
    )


def _external(tiny: Path) -> Iterator[tuple[str, onnx.ModelProto]]:
    """Yield networks whose weights are said to lie in other files."""
    for name, where in (("passwd", "/etc/passwd"), ("up", "../../secret"), ("dev", "/dev/zero")):
        proto = onnx.load(str(tiny))
        tensor = proto.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", where
        yield f"external-{name}.onnx", proto
        within = onnx.load(str(tiny))
        constant = helper.make_node("Constant", [], ["unused"], value=tensor)
        within.graph.node.insert(0, constant)
        yield f"constant-{name}.onnx", within


def _no_files(folder: Path) -> Iterator[Path]:
    """Yield what is no file."""
    pipe = folder / "pipe.onnx"
    os.mkfifo(pipe)
    yield pipe
    for name, target in (("zero", "/dev/zero"), ("memory", "/proc/self/mem"), ("gone", "/nowhere")):
        link = folder / f"{name}.onnx"
        link.symlink_to(target)
        yield link
    inner = folder / "folder.onnx"
    inner.mkdir()
    yield inner
    empty = folder / "empty.onnx"
    empty.write_bytes(b"")
    yield empty

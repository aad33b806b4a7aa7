"""darktable's package of an upscaling network: ``<id>.dtmodel``, a zip of a folder.

    mfa-s-x4.dtmodel
    └── mfa-s-x4/
        ├── config.json    name, task, tiling, model card
        └── model_x4.onnx  input "input", output "output", sRGB from 0 to 1

Format of darktable 5.6 (darktable-ai); "import from file…" in its preferences reads it.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import onnx
from typing_extensions import override

from engine.export.targets.exported_file import ExportedFile, TensorPort
from engine.export.targets.onnx_files import RUNTIME, times
from engine.export.targets.onnx_placement import onnx_placements
from engine.export.targets.placement import Placement
from engine.export.targets.plain_network import INPUT, OUTPUT, PlainNetwork, count_operators
from engine.export.targets.target import ExportTarget, Runner
from engine.inference.network.session import SessionSpec, open_session

# darktable's own upscaling models; others are not asked for by its module.
_SCALES = (2, 4)
# Tiles of its own models, which make 1024 pixels of them.
_SR_TILE_PX = 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Darktable(ExportTarget):
    """Renames the tensors and packs the network with its card."""

    @override
    def feasible(self, network: PlainNetwork) -> str | None:
        if network.scale not in _SCALES:
            return f"darktable enlarges by 2 and by 4, this network by {network.scale}"
        if network.channels != 3:
            return "darktable's module needs a network for RGB"
        return None

    @override
    def export(self, network: PlainNetwork, folder: Path) -> tuple[ExportedFile, ...]:
        model = _renamed(network.model())
        onnx.checker.check_model(model, full_check=True)
        name = f"{network.stem}.dtmodel"
        inner = f"model_x{network.scale}.onnx"
        config = json.dumps(_config(network), indent=2, ensure_ascii=False) + "\n"
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, content in (
                ("config.json", config.encode()),
                (inner, model.SerializeToString()),
            ):
                # Without the time, so that the same network gives the same package.
                archive.writestr(
                    zipfile.ZipInfo(f"{network.stem}/{file}", _EPOCH),
                    content,
                    zipfile.ZIP_DEFLATED,
                )
        sides: tuple[int | str, ...] = (1, 3, "height", "width")
        outer = tuple(times(network.scale, side) for side in sides[2:])
        return (
            ExportedFile(
                name=name,
                paths=(name,),
                precision="fp32",
                runtime=RUNTIME,
                input=TensorPort(name="input", layout="NCHW", dtype="float32", shape=sides),
                output=TensorPort(
                    name="output", layout="NCHW", dtype="float32", shape=(1, 3, *outer)
                ),
                operators=count_operators(model),
                notes=(
                    "Import it in darktable under preferences, AI, import from file.",
                    "The network in the package was run with ONNX Runtime, not with darktable.",
                ),
            ),
        )

    @override
    def load(self, file: ExportedFile, folder: Path, *, threads: int) -> Runner:
        with tempfile.TemporaryDirectory(prefix="mfagan-darktable-") as scratch:
            path = Path(scratch, "model.onnx")
            path.write_bytes(_network_in(folder / file.paths[0]))
            return open_session(SessionSpec.of_file(path, thread_count=threads)).run

    @override
    def placements(
        self, file: ExportedFile, folder: Path, *, size: tuple[int, int]
    ) -> tuple[Placement, ...]:
        return onnx_placements(_network_in(folder / file.paths[0]), file, size=size)


def _network_in(package: Path) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".onnx")))


def _renamed(model: onnx.ModelProto) -> onnx.ModelProto:
    names = {INPUT: "input", OUTPUT: "output"}
    for value in (*model.graph.input, *model.graph.output):
        value.name = names[value.name]
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = names.get(name, name)
        for index, name in enumerate(node.output):
            node.output[index] = names.get(name, name)
    return model


def _config(network: PlainNetwork) -> dict[str, object]:
    card = network.card
    return {
        "id": card.id,
        "name": card.name,
        "description": f"Enlarges by {card.scale}; {card.macs.value / 1e9:.2f} GMAC at "
        f"{card.macs.input}.",
        "task": "upscale",
        "arch": card.architecture.family,
        "backend": "onnx",
        "version": card.version,
        "tiling": True,
        "spatial_dims": ["height", "width"],
        "attributes": {f"model_x{card.scale}": {"input_sizes": [_tile_px(network)]}},
        "model_card": {
            "scope": f"image upscaling by {card.scale}",
            "author": card.credit,
            "license": card.license,
            "notes": " ".join(card.limits),
        },
    }


def _tile_px(network: PlainNetwork) -> int:
    multiple = network.card.size_multiple
    return max(multiple, _SR_TILE_PX // network.scale // multiple * multiple)


TARGET = Darktable()

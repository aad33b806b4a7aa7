"""Exports a generator as one ONNX file that takes pictures of any size."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch

from engine.config.parts import GeneratorRecipe
from engine.core.atomic_file import atomic_path
from engine.export.shuffle_rewrite import ParityError, shuffle_block_first
from engine.inference.network.session import SessionSpec, open_session
from engine.models.generators.base import Generator
from engine.models.onnx_network import SIZES_KEY, encode_sizes

OPSET = 18
# Sizes that were not traced, odd and narrow ones among them.
_PARITY_SIZES = ((48, 64), (33, 41), (8, 8), (200, 17))
# Float32 rounding in sums of a few hundred products; measured 1e-6 on our networks.
_LARGEST_DIFFERENCE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxReport:
    """An exported file.

    Attributes:
        path: The file.
        largest_difference: Largest difference from the torch network, over inputs of several
            odd sizes, in units of white.
    """

    path: Path
    largest_difference: float


def export_onnx(
    generator: Generator, path: Path, *, sizes: GeneratorRecipe | None = None
) -> OnnxReport:
    """Write ``generator`` to ``path`` with input ``lr`` and output ``sr``.

    Height and width are dynamic. The file contains no path and no source line of
    the machine that wrote it. It appears only after it was found to compute the same
    as the network.

    Args:
        generator: In its folded form, in eval mode.
        path: The file to write; an existing one is replaced.
        sizes: Stored in the file, so that it can be read back into a network.

    Raises:
        ParityError: If the file and the network differ.
        OutputError: If the file cannot be written.
    """
    model = _to_onnx(generator)
    if sizes is not None:
        onnx.helper.set_model_props(model, {SIZES_KEY: encode_sizes(sizes)})
    with atomic_path(path) as part:
        onnx.save(model, part)
        difference = _parity(generator, part)
        # Written so that a difference that is not a number fails, too.
        if not difference <= _LARGEST_DIFFERENCE:
            raise ParityError(
                f"{path}: differs from the network by {difference:.1e}, "
                f"more than {_LARGEST_DIFFERENCE:.0e}; nothing was written"
            )
    return OnnxReport(path=path, largest_difference=difference)


def _to_onnx(generator: Generator) -> onnx.ModelProto:
    # Two symbols, or one would tie height to width.
    height = torch.export.Dim("height", min=8, max=8192)
    width = torch.export.Dim("width", min=8, max=8192)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # The exporter warns of its own deprecations, which its callers cannot act on.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            generator,
            (torch.rand(1, 3, 64, 48),),
            dynamo=True,
            opset_version=OPSET,
            input_names=["lr"],
            output_names=["sr"],
            dynamic_shapes={"lr": {2: height, 3: width}},
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    # Before the check and the hash of the card: both are of the final file.
    _strip(model)
    shuffle_block_first(model)
    onnx.checker.check_model(model, full_check=True)
    return model


def _strip(model: onnx.ModelProto) -> None:
    """Drop stack traces, which hold paths of this machine."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info):
        del value.metadata_props[:]
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]


def _parity(generator: Generator, path: Path) -> float:
    session = open_session(SessionSpec.of_file(path))
    random = np.random.default_rng(0)
    largest = 0.0
    for height, width in _PARITY_SIZES:
        lr = random.random((1, 3, height, width), dtype=np.float32)
        with torch.inference_mode():
            expected = generator(torch.from_numpy(lr)).numpy()
        largest = max(largest, float(np.abs(session.run(lr) - expected).max()))
    return largest

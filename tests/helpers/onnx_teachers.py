"""A tiny ONNX teacher whose pictures are known, and recipes that learn from it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper, save

from engine.config.parts import DistillWeights, TeacherRecipe
from engine.config.recipes import DistillRecipe, TrainRecipe
from tests.helpers.tiny_methods import distill

SCALE = 2
DARKER = 0.7501
"""Not 3/4: no 8-bit value times this lies halfway between two others, where rounding may differ."""


def write_teacher(path: Path, *, gain: float = DARKER) -> Path:
    """Write a network that repeats each pixel twice in both directions, times ``gain``."""
    kernel = np.eye(3, dtype=np.float32).repeat(SCALE**2, axis=0) * np.float32(gain)
    nodes = [
        helper.make_node("Conv", ["lr", "kernel"], ["copies"]),
        helper.make_node("DepthToSpace", ["copies"], ["sr"], blocksize=SCALE, mode="CRD"),
    ]
    graph = helper.make_graph(
        nodes,
        "teacher",
        [helper.make_tensor_value_info("lr", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info("sr", TensorProto.FLOAT, [1, 3, "sr_h", "sr_w"])],
        initializer=[numpy_helper.from_array(kernel.reshape(-1, 3, 1, 1), "kernel")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    checker.check_model(model)
    save(model, path)
    return path


def teacher_picture(lr: NDArray[np.uint8], *, gain: float = DARKER) -> NDArray[np.uint8]:
    """Return what that network makes of ``lr``, computed without it."""
    large = lr.repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    return np.rint(large * np.float64(gain)).astype(np.uint8)


def teacher_recipe(path: Path, **changes: object) -> TeacherRecipe:
    """Return an ONNX teacher with values in ``[0, 1]``."""
    plain = TeacherRecipe(onnx=str(path), license="MIT", credit="A. Author", value_range=(0, 1))
    return msgspec.structs.replace(plain, **changes)


def distill_from(tmp_path: Path, path: Path, **changes: object) -> DistillRecipe:
    """Return a recipe of three steps that learns from the pictures of ``path``."""
    plain = msgspec.structs.replace(
        distill(tmp_path),
        teacher=teacher_recipe(path),
        weights=DistillWeights(output=1, pixel=1),
    )
    return msgspec.structs.replace(plain, **changes)


def with_teacher(recipe: TrainRecipe, path: Path, **changes: object) -> TrainRecipe:
    """Return ``recipe`` with an ONNX teacher."""
    return msgspec.structs.replace(recipe, teacher=teacher_recipe(path), **changes)

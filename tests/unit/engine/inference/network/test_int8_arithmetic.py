"""The CPU is asked with a sum that 16 bits cannot hold."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from engine.inference.network.int8_arithmetic import is_int8_exact


class Runtime:
    """Computes the convolution as a CPU with sums of so many bits does."""

    def __init__(self, content: bytes, *_: object, bits: int = 32, **__: object) -> None:
        graph = onnx.load_model_from_string(content).graph
        self._tensors = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
        self._most = 2 ** (bits - 1) - 1

    def run(self, _: None, inputs: dict[str, NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
        products = inputs["x"].astype(int) * int(self._tensors["w"].flat[0])
        pairs = np.minimum(products[:, ::2] + products[:, 1::2], self._most)
        sums = pairs.sum(axis=1, keepdims=True) / self._tensors["y_scale"]
        return [np.repeat(sums.round(), inputs["x"].shape[1], axis=1).astype(np.uint8)]


@pytest.fixture
def asked_anew() -> None:
    is_int8_exact.cache_clear()


@pytest.mark.usefixtures("asked_anew")
@pytest.mark.parametrize(("bits", "expected"), [(32, True), (16, False)])
def test_sums_of_16_bits_are_found(
    monkeypatch: pytest.MonkeyPatch, bits: int, expected: bool
) -> None:
    monkeypatch.setattr(
        "onnxruntime.InferenceSession", lambda content, *_, **__: Runtime(content, bits=bits)
    )

    assert is_int8_exact() is expected
    is_int8_exact.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_real_runtime_answers() -> None:
    assert is_int8_exact() in {True, False}

"""Products with banded matrices equal those with the dense matrix."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

from engine.imaging.resample.banded import BandedMatrix, on_one_thread
from engine.imaging.resample.kernels import axis_weights


@pytest.mark.parametrize(("in_px", "out_px"), [(20, 60), (400, 100), (7, 7), (300, 900)])
def test_rows_and_columns_are_mixed_as_by_the_dense_matrix(in_px: int, out_px: int) -> None:
    weights = axis_weights(in_px, out_px)
    dense = weights.dense(range(in_px))
    planes = np.random.default_rng(0).random((2, in_px, 5), dtype=np.float32)
    expected = dense @ planes.astype(np.float64)

    for matrix in (BandedMatrix.of_dense(dense), BandedMatrix.of_weights(weights)):
        across = matrix.mix_columns(np.ascontiguousarray(planes.transpose(0, 2, 1)))

        assert (matrix.in_px, matrix.out_px) == (in_px, out_px)
        assert np.allclose(matrix.mix_rows(planes), expected, atol=1e-5)
        assert np.allclose(across, expected.transpose(0, 2, 1), atol=1e-5)


def test_a_matrix_without_zeros_is_applied_in_full() -> None:
    dense = np.random.default_rng(1).random((150, 260))
    planes = np.random.default_rng(2).random((1, 260, 3), dtype=np.float32)

    found = BandedMatrix.of_dense(dense).mix_rows(planes)

    assert np.allclose(found, dense @ planes.astype(np.float64), rtol=1e-5)


def test_rows_of_zeros_give_zeros() -> None:
    planes = np.ones((1, 4, 2), np.float32)

    assert not BandedMatrix.of_dense(np.zeros((3, 4))).mix_rows(planes).any()


def test_products_use_one_thread_inside_the_context_and_as_many_as_before_after_it() -> None:
    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    with on_one_thread():
        inside = threads()

    assert set(inside) == {1}
    assert threads() == before

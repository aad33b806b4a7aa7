from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.core.errors import ModelRefusedError
from engine.probing.answers import RangeGuess, ValueRange
from engine.probing.ranges import BYTE, SIGNED, SURE, UNIT, Run, find_ranges, normalized
from tests.helpers.tiny_models import enlarge_nearest

Batch = NDArray[np.float32]


def guess(
    run: Run, *, channels: int = 3, side_px: int = 48, given: ValueRange | None = None
) -> RangeGuess:
    return find_ranges(run, channels=channels, scale=2, side_px=side_px, flat_px=16, given=given)[0]


def pair_of(run: Run, *, channels: int = 3, side_px: int = 48) -> tuple[ValueRange, ValueRange]:
    found = guess(run, channels=channels, side_px=side_px)
    assert found.confidence >= SURE
    return found.input_range, found.output_range


def local_mean(batch: Batch) -> Batch:
    padded = np.pad(batch, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
    h, w = batch.shape[2:]
    rows = [padded[:, :, i : i + h, j : j + w] for i in range(3) for j in range(3)]
    return np.asarray(sum(rows) / 9, dtype=np.float32)


def gate(batch: Batch, sharpness: float) -> Batch:
    """Return the detail weighed by a sigmoid of the mean, as squeeze-and-excitation does."""
    mean = batch.mean(axis=(2, 3), keepdims=True)
    weighed: Batch = (batch - local_mean(batch)) * (
        sharpness / (1 + np.exp(np.clip(2 - 4 * mean, -50, 50)))
    )
    return weighed


def norm(batch: Batch) -> Batch:
    mean = batch.mean(axis=(2, 3), keepdims=True)
    normed: Batch = (batch - mean) / np.sqrt(batch.var(axis=(2, 3), keepdims=True) + 1e-5)
    return normed


RESIDUALS: dict[str, Run] = {
    "nothing": np.zeros_like,
    "brighter by 2 levels": lambda batch: np.full_like(batch, 2 / 255),
    "brighter by 5 levels": lambda batch: np.full_like(batch, 5 / 255),
    "darker by 10 levels": lambda batch: np.full_like(batch, -10 / 255),
    "brighter by 20 levels": lambda batch: np.full_like(batch, 20 / 255),
    "contrast": lambda batch: 0.15 * (batch - 0.5),
    "warmer": lambda batch: (
        np.array([0.03, 0.0, -0.03], np.float32)[None, :, None, None] + 0 * batch
    ),
    "tanh with a bias": lambda batch: np.tanh(0.1 * batch + 0.05),
    "sharper": lambda batch: 1.5 * (batch - local_mean(batch)),
    "much sharper through a gate": lambda batch: gate(batch, 6.0),
    "norm": lambda batch: 0.03 * norm(batch),
    "mean": lambda batch: 0.03 * batch.mean() + 0 * batch,
    "relu of the dark": lambda batch: 0.1 * np.maximum(0.4 - batch, 0),
}


@pytest.mark.parametrize("name", RESIDUALS)
@pytest.mark.parametrize("side_px", [16, 64])
def test_what_a_network_adds_to_values_of_0_to_1_is_no_sign_of_another_range(
    name: str, side_px: int
) -> None:
    def run(batch: Batch) -> Batch:
        return enlarge_nearest((batch + RESIDUALS[name](batch)).astype(np.float32))

    assert pair_of(run, side_px=side_px) == (UNIT, UNIT)


@pytest.mark.parametrize(
    "run",
    [
        lambda batch: np.maximum(batch, 20.0),
        lambda batch: np.clip(batch, 0, 255),
        lambda batch: batch + 3.0,
        lambda batch: batch + 6 * np.tanh(0.05 * batch - 4),
        lambda batch: 127.5 + 0.95 * (batch - 127.5),
    ],
    ids=["biases", "clips", "3 levels", "residual", "mean shift"],
)
def test_networks_for_8_bit_values_are_found(run: Run) -> None:
    assert pair_of(lambda batch: enlarge_nearest(run(batch).astype(np.float32))) == (BYTE, BYTE)


def test_a_network_that_clips_to_1_is_one_for_0_to_1_though_it_is_brighter() -> None:
    found = guess(lambda batch: enlarge_nearest(np.clip(batch + np.float32(0.06), 0, 1)))
    assert (found.input_range, found.output_range) == (UNIT, UNIT)
    assert found.confidence > 0.99


def test_networks_around_zero_are_found_by_their_limits() -> None:
    assert pair_of(lambda batch: enlarge_nearest(np.clip(batch, -1, 1))) == (SIGNED, SIGNED)
    assert pair_of(lambda batch: enlarge_nearest(np.tanh(1.2 * batch))) == (SIGNED, SIGNED)


def test_networks_whose_output_has_another_range_are_found() -> None:
    assert pair_of(lambda batch: enlarge_nearest(2 * batch - 1)) == (UNIT, SIGNED)
    assert pair_of(lambda batch: enlarge_nearest(255 * batch)) == (UNIT, BYTE)


def test_one_channel_is_enough() -> None:
    assert pair_of(enlarge_nearest, channels=1) == (UNIT, UNIT)


def test_a_network_that_could_be_either_is_not_said_to_be_sure() -> None:
    # 33 levels brighter in 0 to 1, or an eighth of a level in 0 to 255.
    found = guess(lambda batch: enlarge_nearest(batch + np.float32(0.13)))
    assert found.confidence < SURE


def test_what_somebody_knows_counts() -> None:
    found = guess(lambda batch: enlarge_nearest(batch + np.float32(0.13)), given=BYTE)
    assert (found.input_range, found.output_range) == (BYTE, BYTE)
    assert found.confidence > 0.9


@pytest.mark.parametrize(
    "run",
    [
        lambda batch: enlarge_nearest(np.zeros_like(batch)),
        lambda batch: enlarge_nearest(1 - batch),
        lambda batch: enlarge_nearest(np.full_like(batch, np.nan)),
        lambda batch: enlarge_nearest(batch[:, ::-1]),
        lambda batch: enlarge_nearest(batch[:, :, ::-1]),
        lambda batch: enlarge_nearest(np.cos(40 * batch)),
    ],
    ids=["black", "negative", "not a number", "BGR", "upside down", "a mess"],
)
def test_an_output_that_is_no_picture_of_the_input_is_refused(run: Run) -> None:
    with pytest.raises(ModelRefusedError, match="not a picture of its input"):
        guess(run)


def test_a_network_with_random_results_is_refused() -> None:
    random = np.random.default_rng(0)

    def run(batch: Batch) -> Batch:
        noise = random.normal(0, 0.01, batch.shape).astype(np.float32)
        return enlarge_nearest(batch + noise)

    with pytest.raises(ModelRefusedError, match="differ from run to run"):
        guess(run)


def test_a_normalized_network_takes_and_gives_white_as_1() -> None:
    def signed(batch: Batch) -> Batch:
        return (batch / 255 * 2 - 1).astype(np.float32)

    run = normalized(signed, BYTE, SIGNED)
    picture = np.array([[[[0, 0.25, 1]]]], dtype=np.float32)
    np.testing.assert_allclose(run(picture), picture, atol=1e-6)

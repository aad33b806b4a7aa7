from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import ConfigError
from engine.inference.restoration import regressor
from engine.inference.restoration.features import FEATURES_FORM
from engine.inference.restoration.regressor import (
    Damage,
    Regressor,
    network_inputs,
    shipped_regressor,
)


def _regressor(*, output_bias: tuple[float, ...] = (0.5, 0, 0, 0, 0)) -> Regressor:
    random = np.random.default_rng(0)

    def layer(out: int, into: int) -> tuple[np.ndarray, np.ndarray]:
        return random.normal(0, 0.3, (out, into)).astype(np.float32), np.zeros(out, np.float32)

    last = np.zeros((5, 4), np.float32)
    # The spread follows the first input alone, the value the second one.
    return Regressor(
        mean=np.zeros(6, np.float32),
        deviation=np.ones(6, np.float32),
        layers=(layer(4, 6), (last, np.asarray(output_bias, np.float32))),
    )


def test_damage_is_found_back_from_its_numbers() -> None:
    damage = Damage(
        restoration=np.asarray([0, 0.4, 1]),
        noise=np.asarray([0, 3.5, 30]),
        blur=np.asarray([0, 1.2, 9]),
        jpeg=np.asarray([0, 4.5, 8.6]),
    )

    numbers = damage.encoded()
    found = Damage.decoded(numbers)

    assert numbers.min() >= 0
    assert numbers.max() < 1.5
    for name in ("restoration", "noise", "blur", "jpeg"):
        np.testing.assert_allclose(getattr(found, name), getattr(damage, name), atol=1e-4)


def test_numbers_below_zero_mean_no_damage() -> None:
    found = Damage.decoded(np.full((1, 4), -0.3, np.float32))

    assert [found.restoration[0], found.noise[0], found.blur[0], found.jpeg[0]] == [0, 0, 0, 0]


def test_the_stated_quality_is_an_input_of_its_own() -> None:
    features = np.zeros((3, 4), np.float32)

    untold, coarse, fine = (network_inputs(features, quality) for quality in (np.nan, 40, 100))

    assert untold.shape == (3, 6)
    assert (untold[:, 4:] == 0).all()
    # No table and a table of the finest steps are different things.
    assert (fine[:, 4:] == (1, 0)).all()
    assert (coarse[:, 5] > 0.5).all()


def test_a_crop_counts_by_how_certain_the_network_is() -> None:
    # Directly from inputs to outputs: value and spread are what is put in.
    straight = Regressor(
        mean=np.zeros(5, np.float32),
        deviation=np.ones(5, np.float32),
        layers=((np.eye(5, dtype=np.float32), np.zeros(5, np.float32)),),
    )
    sure, unsure = [0.2, 0, 0, 0, -2], [0.8, 0, 0, 0, 2]

    pooled = straight.damage_of_photo(np.asarray([sure, unsure], np.float32))
    even = straight.damage_of_photo(np.asarray([[*sure[:4], 0], [*unsure[:4], 0]], np.float32))

    assert pooled.restoration[0] == pytest.approx(0.2, abs=0.02)
    assert 0.3 < even.restoration[0] < 0.5


def test_texture_in_some_crops_is_not_taken_for_noise_of_the_photo() -> None:
    straight = Regressor(
        mean=np.zeros(5, np.float32),
        deviation=np.ones(5, np.float32),
        layers=((np.eye(5, dtype=np.float32), np.zeros(5, np.float32)),),
    )
    grass, sky = [0.9, 0.9, 0, 0.1, 0], [0.3, 0.2, 0, 0.1, 0]

    found = straight.damage_of_photo(np.asarray([grass] * 5 + [sky] * 4, np.float32))

    assert found.restoration[0] == pytest.approx(0.3, abs=0.05)
    assert found.noise[0] < 1.5
    assert found.jpeg[0] == pytest.approx(0.9)


def test_inputs_far_from_those_of_training_are_limited() -> None:
    network = _regressor()

    far, farther = (network.outputs(np.full((1, 6), value, np.float32)) for value in (50, 5e6))

    np.testing.assert_array_equal(far, farther)


def test_weights_are_found_back_in_their_file(tmp_path: Path) -> None:
    network = _regressor()
    (tmp_path / "weights.npz").write_bytes(network.content())

    loaded = Regressor.load(tmp_path / "weights.npz")

    inputs = np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32)
    np.testing.assert_array_equal(loaded.outputs(inputs), network.outputs(inputs))


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    with pytest.raises(ConfigError, match=r"weights\.npz"):
        Regressor.load(path)

    path.write_bytes(b"nothing")
    with pytest.raises(ConfigError, match=r"weights\.npz"):
        Regressor.load(path)


def test_weights_for_other_features_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights.npz").write_bytes(_regressor().content())
    monkeypatch.setattr(regressor, "FEATURES_FORM", FEATURES_FORM + 1)

    with pytest.raises(ConfigError, match="train-estimator"):
        Regressor.load(tmp_path / "weights.npz")


def test_the_shipped_weights_fit_the_features() -> None:
    outputs = shipped_regressor().outputs(network_inputs(np.zeros((2, 56), np.float32), 80))

    assert outputs.shape == (2, 5)
    assert np.isfinite(outputs).all()

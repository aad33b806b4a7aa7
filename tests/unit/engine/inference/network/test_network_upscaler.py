"""Tests of running a network with its stand-ins."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import onnxruntime as ort
import pytest

from engine.catalog.card import ModelCard
from engine.core.errors import (
    BadCardError,
    BrokenOutputError,
    InferenceError,
    OutOfMemoryError,
)
from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.network.dial import DialPoint, corner_shares, mix_networks
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler, attempts
from engine.inference.network.precision import PrecisionChoice
from engine.inference.network.providers import CPU, KNOWN_PROVIDERS, Provider
from engine.inference.network.selection import plan_network
from engine.inference.network.session import ExecutionSession, SessionSpec
from engine.inference.network.session_pool import SessionPool
from tests.helpers.tiny_models import (
    Batch,
    FakeSession,
    enlarge_nearest,
    opener,
    soft_picture,
    tiny_card,
    tiny_dial,
    tiny_model,
    with_file,
)
from tests.helpers.tiny_onnx import write_tiny_onnx

CUDA = KNOWN_PROVIDERS[0]
WHERE = Region(left=32, top=64, width=16, height=16)
LR = soft_picture(16, 16)
TWO = tiny_card(precisions=("fp32", "int8"))


def black(batch: Batch) -> Batch:
    return np.zeros_like(enlarge_nearest(batch))


def no_number(batch: Batch) -> Batch:
    return np.full_like(enlarge_nearest(batch), np.nan)


def fail(batch: Batch) -> Batch:
    raise InferenceError("driver lost")


def fake_network(
    card: ModelCard,
    *,
    provider: Provider = CPU,
    precision: PrecisionChoice = "auto",
    **sessions: FakeSession,
) -> NetworkUpscaler:
    source = ModelSource(card=card, folder=Path("/nowhere"))
    pool = SessionPool(opener=opener(**sessions))
    return NetworkUpscaler(plan_network(source, provider=provider, precision=precision), pool=pool)


@pytest.mark.parametrize("behave", [black, no_number, fail])
def test_broken_int8_goes_on_with_fp32_and_says_so(behave: object) -> None:
    network = fake_network(
        TWO,
        int8=FakeSession(behave),  # type: ignore[arg-type]
        fp32=FakeSession(enlarge_nearest),
    )
    sr = network.upscale(LR, where=WHERE)
    np.testing.assert_array_equal(sr, LR.repeat(2, axis=0).repeat(2, axis=1))
    assert network.variant.precision == "fp32"
    assert "int8 on CPU gave" in network.notes[0]
    assert "x=32, y=64" in network.notes[0]
    network.upscale(LR, where=WHERE)
    assert len(network.notes) == 1


def test_gpu_that_returns_black_goes_on_with_the_processor() -> None:
    network = fake_network(
        tiny_card(),
        provider=CUDA,
        fp32_cuda=FakeSession(black, CUDA),
        fp32_cpu=FakeSession(enlarge_nearest),
    )
    network.upscale(LR, where=WHERE)
    assert network.provider is CPU
    assert "continued with fp32 on CPU" in network.notes[0]


def test_black_everywhere_is_an_error_that_names_model_tile_and_provider() -> None:
    network = fake_network(TWO, int8=FakeSession(black), fp32=FakeSession(black))
    with pytest.raises(
        BrokenOutputError, match=r"tiny: the tile at x=32, y=64 .*flat color.*fp32 on CPU"
    ):
        network.upscale(LR, where=WHERE)


def test_failure_of_the_last_attempt_is_passed_on() -> None:
    network = fake_network(tiny_card(), fp32=FakeSession(fail))
    with pytest.raises(InferenceError, match="driver lost"):
        network.upscale(LR, where=WHERE)


def test_lack_of_memory_is_left_to_the_caller() -> None:
    def full(batch: Batch) -> Batch:
        raise OutOfMemoryError("full")

    network = fake_network(TWO, int8=FakeSession(full), fp32=FakeSession(enlarge_nearest))
    with pytest.raises(OutOfMemoryError):
        network.upscale(LR, where=WHERE)
    assert network.notes == []


def test_provider_that_silently_was_another_is_reported() -> None:
    network = fake_network(tiny_card(), provider=CUDA, fp32=FakeSession(enlarge_nearest, CPU))
    assert network.notes == [
        "tiny: NVIDIA GPU (CUDA) could not be used; runs on CPU",
    ]


def test_file_that_cannot_be_loaded_is_stood_in_for() -> None:
    def open_only_fp32(spec: SessionSpec) -> ExecutionSession:
        if "int8" in spec.files[0].path.name:
            raise InferenceError("broken file")
        return FakeSession(enlarge_nearest)

    source = ModelSource(card=TWO, folder=Path("/nowhere"))
    network = NetworkUpscaler(plan_network(source), pool=SessionPool(opener=open_only_fp32))
    assert network.variant.precision == "fp32"
    assert "int8 on CPU failed (broken file)" in network.notes[0]


def test_network_without_any_loadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InferenceError, match=r"tiny-fp32\.onnx"):
        NetworkUpscaler(plan_network(ModelSource(card=tiny_card(), folder=tmp_path)))


def test_attempts_end_with_the_best_precision_on_the_processor() -> None:
    source = ModelSource(card=tiny_card(precisions=("fp32", "fp16")), folder=Path("/m"))
    plan = plan_network(source, precision="fp16", provider=CUDA)
    labels = [attempt.label for attempt in attempts(plan)]
    assert labels == ["fp16 on NVIDIA GPU (CUDA)", "fp32 on NVIDIA GPU (CUDA)", "fp32 on CPU"]


def test_result_of_another_size_than_the_card_promises_is_refused() -> None:
    network = fake_network(tiny_card(), fp32=FakeSession(lambda batch: batch))
    with pytest.raises(InferenceError, match="returned shape"):
        network.upscale(LR, where=WHERE)


def test_gray_network_takes_color_channel_by_channel(tmp_path: Path) -> None:
    network = NetworkUpscaler(plan_network(tiny_model(tmp_path, channels=1)))
    sr = network.upscale(LR, where=WHERE)
    red = network.upscale(LR[:, :, :1], where=WHERE)
    assert sr.shape == (32, 32, 3)
    np.testing.assert_array_equal(sr[:, :, :1], red)


def test_input_is_padded_to_the_multiple_and_output_cut() -> None:
    session = FakeSession(enlarge_nearest)
    network = fake_network(tiny_card(size_multiple=4), fp32=session)
    lr = soft_picture(13, 10)
    sr = network.upscale(lr, where=WHERE)
    assert session.shapes == [(1, 3, 16, 12)]
    np.testing.assert_array_equal(sr, lr.repeat(2, axis=0).repeat(2, axis=1))


def test_value_range_of_the_card_is_honored() -> None:
    card = tiny_card()
    card = msgspec.structs.replace(
        card,
        input=msgspec.structs.replace(card.input, range=(0.0, 255.0)),
        output=msgspec.structs.replace(card.output, range=(-1.0, 1.0)),
    )
    session = FakeSession(lambda batch: enlarge_nearest(batch) / 127.5 - 1)
    network = fake_network(card, fp32=session)
    expected = LR.repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_allclose(network.upscale(LR, where=WHERE), expected, atol=1e-5)


def test_overlap_is_half_the_receptive_field_unless_that_eats_the_tile() -> None:
    session = FakeSession(enlarge_nearest)
    assert fake_network(tiny_card(), fp32=session).overlap_px == 3
    wide = msgspec.structs.replace(tiny_card(), receptive_field_px=701)
    assert fake_network(wide, fp32=session).overlap_px == 3


def test_a_crop_smaller_than_the_network_takes_is_padded_and_cut_again() -> None:
    card = tiny_card(min_side_px=11)
    session = FakeSession(enlarge_nearest)
    lr = soft_picture(30, 6)

    sr = fake_network(card, fp32=session).upscale(lr, where=WHERE)

    assert session.shapes == [(1, 3, 30, 11)]
    np.testing.assert_array_equal(sr, lr.repeat(2, axis=0).repeat(2, axis=1))


def test_weights_that_are_not_those_of_the_card_are_never_run(tmp_path: Path) -> None:
    source = tiny_model(tmp_path)
    (file,) = tmp_path.glob("*.onnx")
    write_tiny_onnx(file, seed=9)
    assert file.stat().st_size == source.card.files[0].bytes

    with pytest.raises(BadCardError, match="not what its card describes"):
        NetworkUpscaler(plan_network(source))


def test_a_plain_model_runs_its_file_bit_for_bit(tmp_path: Path) -> None:
    source = tiny_model(tmp_path)
    batch = np.ascontiguousarray(np.moveaxis(LR, 2, 0)[None])
    expected = ort.InferenceSession(
        str(tmp_path / source.card.files[0].file), providers=["CPUExecutionProvider"]
    ).run(None, {"lr": batch})[0][0]

    sr = NetworkUpscaler(plan_network(source, restoration=0.3, fidelity=0.7)).upscale(
        LR, where=WHERE
    )

    np.testing.assert_array_equal(sr, np.moveaxis(expected, 0, 2))


def at(source: ModelSource, restoration: float, fidelity: float) -> ImageF32:
    plan = plan_network(source, restoration=restoration, fidelity=fidelity)
    return NetworkUpscaler(plan).upscale(LR, where=WHERE)


def test_a_corner_of_a_dial_is_its_file_bit_for_bit(tmp_path: Path) -> None:
    source = tiny_dial(tmp_path)

    for file in source.card.files:
        plain = ModelSource(card=with_file(tiny_card(), tmp_path / file.file), folder=tmp_path)
        expected = NetworkUpscaler(plan_network(plain)).upscale(LR, where=WHERE)
        assert file.restoration is not None
        assert file.fidelity is not None
        np.testing.assert_array_equal(at(source, file.restoration, file.fidelity), expected)


def test_a_point_of_a_dial_is_the_mix_of_its_corners(tmp_path: Path) -> None:
    source = tiny_dial(tmp_path, strength=0.3)
    shares = corner_shares(source.card.files, DialPoint(restoration=0.3, fidelity=0.6))
    mixed = tmp_path / "mixed.onnx"
    contents = [(tmp_path / file.file).read_bytes() for file in source.card.files]
    mixed.write_bytes(mix_networks(contents, shares))
    plain = ModelSource(card=with_file(tiny_card(), mixed), folder=tmp_path)
    expected = NetworkUpscaler(plan_network(plain)).upscale(LR, where=WHERE)

    np.testing.assert_array_equal(at(source, 0.3, 0.6), expected)
    # 0.304 is rounded, a hundredth more is another network.
    np.testing.assert_array_equal(at(source, 0.304, 0.6), expected)
    assert np.abs(at(source, 0.31, 0.6) - expected).max() > 0


def test_a_corner_that_is_not_that_of_the_card_is_named(tmp_path: Path) -> None:
    source = tiny_dial(tmp_path)
    spoilt = tmp_path / source.card.files[2].file
    size = spoilt.stat().st_size
    write_tiny_onnx(spoilt, seed=9)
    assert spoilt.stat().st_size == size

    with pytest.raises(BadCardError, match=rf"{spoilt.name}: its content"):
        at(source, 0.5, 0.5)


def test_a_corner_that_is_gone_is_named(tmp_path: Path) -> None:
    source = tiny_dial(tmp_path)
    gone = tmp_path / source.card.files[3].file
    gone.unlink()

    with pytest.raises(InferenceError, match=rf"{gone.name}: cannot be read"):
        at(source, 0.5, 0.5)
    # On the other side of the dial it has no share.
    assert at(source, 0, 0).shape == (32, 32, 3)

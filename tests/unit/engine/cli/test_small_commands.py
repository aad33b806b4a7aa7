from __future__ import annotations

import ctypes.util
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.cli import checks
from engine.profiling import speed
from tests.helpers.catalogs import put_model
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.unit.engine.cli.conftest import Speak, write_photo


def test_info_shows_what_a_photo_holds(mfagan: Speak, photo: Path) -> None:
    said = mfagan("info", photo)
    assert said.code == 0
    assert "png, 24 x 16 px" in said.out
    assert "8-bit RGB" in said.out


def test_info_goes_on_after_a_file_it_cannot_read(
    mfagan: Speak, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    said = mfagan("info", tmp_path / "bad.jpg", photo, "--json")
    assert said.code == 1
    assert [event["event"] for event in said.events] == ["failed", "info"]
    assert said.events[1]["width_px"] == 24
    assert said.events[1]["has_alpha"] is False


def test_compare_measures_and_draws(mfagan: Speak, photo: Path, tmp_path: Path) -> None:
    other = write_photo(tmp_path / "other.png", seed=1)
    drawing = tmp_path / "where.png"
    said = mfagan("compare", photo, other, "-d", drawing, "--gain", 2, "--json")
    assert said.code == 0
    told = said.events[0]
    assert 10 < told["psnr_rgb_db"] < 30
    assert told["ssim_y"] < 0.9
    one, two = (np.asarray(Image.open(path), dtype=int) for path in (photo, other))
    gap = np.abs(one - two)
    assert np.array_equal(np.asarray(Image.open(drawing)), np.minimum(2 * gap, 255))
    assert "PSNR" in mfagan("compare", photo, other).out


def test_compare_says_that_equal_pictures_are_equal(mfagan: Speak, photo: Path) -> None:
    told = mfagan("compare", photo, photo, "--json").events[0]
    assert told["is_identical"]
    assert told["psnr_y_db"] is None
    assert "equal" in mfagan("compare", photo, photo).out


def test_compare_never_draws_over_what_it_compares(mfagan: Speak, photo: Path) -> None:
    before = photo.read_bytes()
    told = mfagan("compare", photo, photo, "-d", photo, "--json").events[0]
    assert told["difference"] == str(photo.with_name("photo-2.png"))
    assert photo.read_bytes() == before


def test_compare_never_overwrites_and_refuses_other_sizes(
    mfagan: Speak, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "d.png").write_bytes(b"mine")
    assert mfagan("compare", photo, photo, "-d", tmp_path / "d.png").code == 0
    assert (tmp_path / "d.png").read_bytes() == b"mine"
    assert (tmp_path / "d-2.png").exists()
    larger = write_photo(tmp_path / "larger.png", width=25)
    assert "24 x 16 and 25 x 16" in mfagan("compare", photo, larger).err
    assert mfagan("compare", photo, photo, "-d", tmp_path / "d.jpg").code == 2


def test_models_are_listed_and_shown(mfagan: Speak, tiny: str) -> None:
    assert tiny in mfagan("models").out
    told = mfagan("models", "list", "--json").events[0]
    assert tiny in [model["id"] for model in told["models"]]
    assert told["broken"] == []
    shown = mfagan("models", "show", tiny).out
    assert "Apache-2.0" in shown
    assert "x2, faithful, RGB" in shown
    assert mfagan("models", "show", tiny, "--json").events[0]["origin"] == "imported"


@pytest.mark.parametrize(
    ("degradation", "word"), [("real", "real"), ("bicubic", "clean"), (None, "-")]
)
def test_models_tell_which_photos_they_are_for(
    mfagan: Speak, own_home: Path, degradation: str | None, word: str
) -> None:
    put_model(own_home / "data" / "models", "mine", degradation=degradation)

    row = next(line for line in mfagan("models").out.splitlines() if line.startswith("mine"))

    assert row.split()[3] == word


def test_a_broken_card_is_named_in_the_list(mfagan: Speak, tiny: str, own_home: Path) -> None:
    (own_home / "data" / "models" / "bad.json").write_text("{", encoding="utf-8")
    said = mfagan("models")
    assert said.code == 0
    assert tiny in said.out
    assert "bad.json" in said.err


def test_a_network_is_imported_used_and_removed(mfagan: Speak, photo: Path, tmp_path: Path) -> None:
    file = write_tiny_onnx(tmp_path / "Mine.onnx", scale=3)
    said = mfagan("models", "import", file, "--license", "MIT", "--kind", "faithful", "--json")
    assert said.code == 0, said.out
    assert said.events[0]["id"] == "mine"
    assert said.events[0]["scale"] == 3
    assert said.events[0]["receptive_field_px"] <= 7
    used = mfagan("upscale", photo, "-o", tmp_path / "out", "--scale", 3, "--model", "mine")
    assert used.code == 0, used.err
    assert mfagan("models", "remove", "mine").code == 0
    assert mfagan("models", "show", "mine").code == 2


def test_a_file_that_is_no_network_is_refused_with_the_reason(
    mfagan: Speak, tmp_path: Path
) -> None:
    (tmp_path / "evil.onnx").write_bytes(b"\x80\x04cos\nsystem\n")
    said = mfagan("models", "import", tmp_path / "evil.onnx", "--json")
    assert said.code == 1
    assert said.events[0]["code"] == "model-refused"


def test_doctor_checks_and_fails_on_a_damaged_model(
    mfagan: Speak, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_missing_qt_libraries", list)
    assert mfagan("doctor").code == 0
    put_model(own_home / "data" / "models", "tiny")
    file = own_home / "data" / "models" / "tiny.onnx"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    said = mfagan("doctor", "--json")
    assert said.code == 1
    failed = [c for c in said.events[0]["checks"] if c["state"] == "failed"]
    assert "tiny.onnx" in failed[0]["text"]
    assert not said.events[0]["is_healthy"]


def test_doctor_says_how_large_the_cache_of_photos_is(mfagan: Speak, own_home: Path) -> None:
    cached = own_home / "cache" / "photos" / "rgb8-1" / "ab" / f"{'ab' * 32}.npy"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(bytes(1_500_000))

    assert "1.5 MB of decoded photos; mfagan runs clean" in mfagan("doctor").out


def test_doctor_names_the_packages_that_qt_lacks(
    mfagan: Speak, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes.util, "find_library", lambda _name: None)
    said = mfagan("doctor")
    assert said.code == 1
    assert "sudo apt-get install libglib2.0-0 libegl1" in said.out


def test_doctor_says_what_is_not_installed(mfagan: Speak, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert 'pip install "mfagan-studio[heic]"' in mfagan("doctor").out


def test_bench_tells_one_object(
    mfagan: Speak, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real one multiplies large matrices for seconds.
    monkeypatch.setattr(speed, "measure_peak_gflops", lambda *, side: side / 10)
    write_tiny_onnx(tmp_path / "peer.onnx", scale=4)
    (tmp_path / "peers.json").write_text(
        '{"networks": [{"file": "peer.onnx", "name": "a-peer"}]}', encoding="utf-8"
    )
    said = mfagan(
        "bench", "speed", "--size", 16, "--rounds", 1, "--no-rrdb", "--no-memory",
        "--peers", tmp_path, "--json",
    )  # fmt: skip
    assert said.code == 0, said.out
    told = said.events[0]
    assert told["peak_gflops"] == 204.8
    assert {"machine", "peak_gflops", "networks"} <= set(told)
    assert told["networks"][-1]["name"] == "a-peer"
    needed = {
        "name", "gmac", "latency_ms", "megapixels_per_s", "gflops", "peak_share", "peak_rss_mb",
    }  # fmt: skip
    assert all(needed <= set(network) for network in told["networks"])


def test_bench_refuses_a_folder_without_networks(mfagan: Speak, tmp_path: Path) -> None:
    assert mfagan("bench", "speed", "--no-rrdb", "--peers", tmp_path).code == 2
    (tmp_path / "peers.json").write_text("[]", encoding="utf-8")
    assert "peers.json" in mfagan("bench", "speed", "--no-rrdb", "--peers", tmp_path).err

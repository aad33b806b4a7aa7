"""A training run, and a member of the demo search, exported by the commands that users give."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.main import run
from engine.core.places import resources_folder
from engine.export.bundle.manifest import BundleManifest, read_manifest
from engine.export.targets.target_list import target_entry
from tests.helpers.training import write_photos

# Converters and the quantizer warn of their own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")


def installed(*names: str) -> str:
    """Return the targets among ``names`` whose packages are here, as the option takes them."""
    return ",".join(name for name in names if not target_entry(name).missing_packages)


def states(manifest: BundleManifest) -> dict[str, tuple[str, str]]:
    return {report.name: (report.state, report.reason) for report in manifest.targets}


def words(command: str, name: Path, **options: object) -> list[str]:
    """Return a command line."""
    pairs = ((f"--{option}", str(value)) for option, value in options.items())
    return [command, str(name), *(word for pair in pairs for word in pair)]


@pytest.fixture
def trained(tmp_path: Path, own_home: Path) -> Path:
    """A finished run of a tiny network."""
    photos = write_photos(tmp_path / "photos", count=4, side_px=96)
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(
        f"""
name: tiny
data: {{folder: {photos}, cache_folder: {tmp_path / "cache"}, patch_px: 8, batch_size: 2}}
schedule: {{steps: 4}}
generator: {{family: mfanet, scale: 4, channels: 4, blocks: 1}}
threads: 1
""",
        encoding="utf-8",
    )
    assert run(["train", str(recipe), "--into", str(tmp_path / "run")]) == 0
    return tmp_path / "run"


@pytest.mark.timeout(900)
def test_a_finished_run_goes_to_phones_and_is_verified(
    tmp_path: Path, trained: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "phone.zip"
    names = installed("onnx", "onnx-int8", "ncnn", "litert")

    code = run(words("export", trained, to=names, out=out, rounds=1, calibrate=tmp_path / "photos"))

    assert code == 0, capfd.readouterr().err
    assert states(read_manifest(out)) == dict.fromkeys(names.split(","), ("verified", ""))
    assert run(["export", "verify", str(out)]) == 0
    assert "onnx/tiny-fp32.onnx: hash right" in capfd.readouterr().out


def test_a_run_with_a_damaged_checkpoint_is_refused_in_one_line(
    tmp_path: Path, trained: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in trained.rglob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:100])
    out = tmp_path / "phone.zip"
    capfd.readouterr()

    code = run(["export", str(trained), "--to", "onnx", "--out", str(out)])

    told = capfd.readouterr().err.strip()
    assert code == 2
    assert str(trained) in told
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1
    assert not out.exists()


@pytest.mark.timeout(900)
def test_a_member_of_the_demo_search_goes_to_phones(
    tmp_path: Path, own_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    candidates = resources_folder() / "searches" / "demo" / "candidates"
    network = min(candidates.rglob("*.onnx"), key=lambda path: path.stat().st_size)
    out = tmp_path / "member.zip"
    names = installed("onnx-uint8", "ncnn", "litert")

    code = run(words("export", network.with_suffix(".json"), to=names, out=out, rounds=1))

    assert code == 0, capfd.readouterr().err
    assert {state for state, _ in states(read_manifest(out)).values()} == {"verified"}
    assert run(["export", "verify", str(out)]) == 0

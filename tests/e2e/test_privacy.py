"""Nothing leaves the computer, and nothing is written but where the documents say.

The commands run in processes of their own under a filter of the kernel that ends whoever opens
an internet socket, native libraries included, with an empty home.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.e2e.test_train_command import write_recipe
from tests.helpers.no_network import KILLED, forbid_internet_sockets

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"},
    reason="the filter is one of the Linux kernel",
)

_OWN_FOLDERS = {".cache/mfagan-studio", ".config/mfagan-studio", ".local/share/mfagan-studio"}
_OWN_FOLDERS |= {".local/state/mfagan-studio", "Pictures"}


def run_alone(
    home: Path, words: Sequence[object], **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run Python with an empty environment, no internet sockets and everything inside ``home``."""
    scratch = home.parent / f"{home.name}-tmp"
    for folder in (home, scratch):
        folder.mkdir(exist_ok=True)
    environment = {
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "PATH": os.environ["PATH"],
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        **extra,
    }
    return subprocess.run(
        [sys.executable, *map(str, words)],
        env=environment,
        cwd=home.parent,
        preexec_fn=forbid_internet_sockets,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def foreign_files(home: Path) -> list[str]:
    """Return the files in ``home`` that lie in none of the product's folders."""
    names = [path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()]
    return [n for n in names if not any(n.startswith(f"{own}/") for own in _OWN_FOLDERS)]


def leftovers(home: Path) -> list[str]:
    """Return what was left in the folder for temporary files."""
    scratch = home.parent / f"{home.name}-tmp"
    return [str(path) for path in scratch.rglob("*") if path.is_file()]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "photo.png"
    path.parent.mkdir()
    Image.linear_gradient("L").resize((40, 32)).convert("RGB").save(path)
    return path


def test_the_filter_ends_whoever_opens_an_internet_socket(home: Path) -> None:
    for family in ("AF_INET", "AF_INET6"):
        code = f"import socket; socket.socket(socket.{family}, socket.SOCK_DGRAM)"
        assert run_alone(home, ["-c", code]).returncode == KILLED
    code = "import socket; socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)"
    assert run_alone(home, ["-c", code]).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["upscale", "in/photo.png", "-o", "out/"],
        ["models"],
        ["doctor"],
        ["info", "in/photo.png"],
    ],
    ids=lambda words: str(words[0]),
)
def test_a_command_writes_only_where_it_says(home: Path, photo: Path, words: list[str]) -> None:
    assert photo.exists()

    done = run_alone(home, ["-m", "engine.cli.main", *words])

    assert done.returncode == 0, done.stdout + done.stderr
    assert foreign_files(home) == []
    assert leftovers(home) == []


def test_training_and_export_write_only_where_they_say(home: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=2)
    photos, out = tmp_path / "photos", tmp_path / "made"

    trained = run_alone(
        home, ["-m", "engine.cli.main", "train", recipe, "--into", tmp_path / "run"]
    )
    words = ["export", tmp_path / "run", "--calibrate", photos, "--benchmark", photos]
    exported = run_alone(home, ["-m", "engine.cli.main", *words, "--id", "tiny", "--to", out])

    assert trained.returncode == 0, trained.stdout + trained.stderr
    assert exported.returncode == 0, exported.stdout + exported.stderr
    assert foreign_files(home) == []
    assert leftovers(home) == []


@pytest.mark.parametrize(
    ("target", "package"),
    [
        ("openvino", "openvino"),
        ("mnn", "MNN"),
        ("ncnn", "ncnn"),
        ("litert", "ai_edge_litert"),
        ("coreml", "coremltools"),
    ],
)
def test_converters_of_others_report_nothing(
    home: Path, tmp_path: Path, target: str, package: str
) -> None:
    # Looked for, not imported: in this process they would be neither alone nor watched.
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"needs {package} of the extra export")
    words = ["export", "mfa-xs-x4", "--to", target, "--out", tmp_path / "bundle.zip"]

    done = run_alone(home, ["-m", "engine.cli.main", *words])

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "bundle.zip").exists()
    assert foreign_files(home) == []
    assert leftovers(home) == []


def test_the_window_writes_only_where_it_says(home: Path) -> None:
    done = run_alone(home, ["-m", "app.main", "--smoke"])

    assert done.returncode == 0, done.stderr
    assert foreign_files(home) == []
    assert leftovers(home) == []


def test_the_runtime_stays_silent_for_longer_than_its_uploader_waits(home: Path) -> None:
    # With telemetry on, ONNX Runtime 1.31 looks up a server 9.3 s after it was imported.
    code = "import time; from engine.inference.network import session; time.sleep(11)"

    done = run_alone(home, ["-c", code])

    assert done.returncode == 0, done.stderr
    assert foreign_files(home) == []


def test_nobody_can_turn_the_telemetry_of_the_runtime_on_by_accident(home: Path) -> None:
    code = "import engine, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"

    assert run_alone(home, ["-c", code], ORT_DISABLE_TELEMETRY="0").stdout.strip() == "1"

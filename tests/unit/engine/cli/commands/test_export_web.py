from __future__ import annotations

import hashlib
import urllib.error
from pathlib import Path

import pytest

from engine.export.web import runtime_package
from tests.helpers.web_demos import FAKE_RUNTIME, tiny_bundle
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is taken for the npm package."""
    folder = tmp_path / "package"
    folder.mkdir()
    for name, content in FAKE_RUNTIME.items():
        (folder / name).write_bytes(content)
    hashes = {name: hashlib.sha256(one).hexdigest() for name, one in FAKE_RUNTIME.items()}
    monkeypatch.setattr(runtime_package, "_SHA256", hashes)
    return folder


def test_a_bundle_becomes_one_file_or_a_folder(
    tmp_path: Path, bundle: Path, runtime: Path, mfagan: RunCommand
) -> None:
    one = mfagan("export", "web", bundle, "--out", tmp_path / "a.html", "--runtime", runtime)
    folder = mfagan(
        "export", "web", bundle, "--out", tmp_path / "a", "--runtime", runtime, "--json"
    )

    assert one.code == 0, one.err
    assert "a.html" in one.out
    assert folder.events[-1] == {"event": "finished", "path": str(tmp_path / "a" / "index.html")}
    assert (tmp_path / "a" / "index.html").exists()


def test_a_model_goes_through_a_bundle(
    tmp_path: Path, tiny: str, runtime: Path, mfagan: RunCommand
) -> None:
    out = tmp_path / "a.html"

    said = mfagan("export", "web", tiny, "--out", out, "--runtime", runtime, "--json")

    assert said.code == 0, said.err
    states = {e["name"]: e["state"] for e in said.events if e["event"] == "target"}
    assert states == {"onnx": "verified"}
    assert {path.name for path in tmp_path.iterdir()} == {"a.html", "package"}


def test_without_network_nothing_is_written(
    tmp_path: Path, bundle: Path, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(url: str, timeout: float) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", offline)

    said = mfagan("export", "web", bundle, "--out", tmp_path / "a")

    assert said.code == 1
    assert "no route to host" in said.err
    assert "--runtime" in said.err
    assert not (tmp_path / "a").exists()


def test_the_dial_of_a_bundle_cannot_be_moved(
    tmp_path: Path, bundle: Path, mfagan: RunCommand
) -> None:
    said = mfagan("export", "web", bundle, "--out", tmp_path / "a", "--fidelity", 0.5)

    assert said.code == 2
    assert "fixed already" in said.err

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.core.errors import OutputExistsError
from engine.export.web import demo
from engine.export.web.demo import DemoRequest, make_demo
from engine.export.web.runtime_package import BUILDS, Provider
from tests.helpers.web_demos import FAKE_RUNTIME


@pytest.fixture(autouse=True)
def fake_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    def files(providers: Sequence[Provider], **_more: object) -> dict[str, bytes]:
        builds = [BUILDS[one] for one in providers]
        return {name: FAKE_RUNTIME[name] for b in builds for name in (b.script, b.binary)}

    monkeypatch.setattr(demo, "runtime_files", files)


def test_a_folder_has_the_page_and_a_server_for_it(bundle: Path, tmp_path: Path) -> None:
    page = make_demo(DemoRequest(bundle=bundle, out=tmp_path / "demo"))

    assert page == tmp_path / "demo" / "index.html"
    names = {p.relative_to(tmp_path / "demo").as_posix() for p in page.parent.rglob("*.*")}
    assert {"index.html", "demo.css", "worker.js", "serve.py", "models/float32.onnx"} <= names
    assert len([name for name in names if name.startswith("runtime/")]) == len(FAKE_RUNTIME) + 1


def test_a_name_that_ends_in_html_is_one_file(bundle: Path, tmp_path: Path) -> None:
    page = make_demo(DemoRequest(bundle=bundle, out=tmp_path / "demo.html"))

    assert [path.name for path in tmp_path.iterdir()] == ["demo.html"]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_webgpu_its_runtime_is_left_out(bundle: Path, tmp_path: Path) -> None:
    make_demo(DemoRequest(bundle=bundle, out=tmp_path / "demo", has_webgpu=False))

    assert not (tmp_path / "demo" / "runtime" / "ort.webgpu.bundle.min.mjs").exists()


@pytest.mark.parametrize("name", ["demo", "demo.html"])
def test_what_is_there_is_replaced_only_on_request(bundle: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    mine = out if name == "demo.html" else out / "index.html"
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine", encoding="utf-8")

    with pytest.raises(OutputExistsError, match="--replace"):
        make_demo(DemoRequest(bundle=bundle, out=out))

    assert mine.read_text(encoding="utf-8") == "mine"
    make_demo(DemoRequest(bundle=bundle, out=out, may_replace=True))
    assert mine.read_text(encoding="utf-8") != "mine"


def test_an_empty_folder_is_taken(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()

    assert make_demo(DemoRequest(bundle=bundle, out=tmp_path / "demo")).exists()

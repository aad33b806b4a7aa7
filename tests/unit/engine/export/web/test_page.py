from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
from pathlib import Path

import msgspec
import pytest

from engine.export.web.page import folder_files, single_page
from engine.export.web.runtime_package import BUILDS
from engine.export.web.source import DemoSource, read_source
from tests.helpers.web_demos import FAKE_RUNTIME

_WASM = {BUILDS["wasm"].script, BUILDS["wasm"].binary}
BLOCK = re.compile(r'<script type="application/gzip" id="file:([^"]+)">([^<]+)</script>')


@pytest.fixture
def source(bundle: Path) -> DemoSource:
    return read_source(bundle)


def settings(page: str) -> dict[str, object]:
    """Return what a page tells its scripts."""
    found = re.search(r'<script type="application/json" id="settings">(.*?)</script>', page)
    assert found is not None
    values: dict[str, object] = json.loads(found[1])
    return values


def policy(page: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_page_knows_tiles_and_networks_of_its_bundle(source: DemoSource) -> None:
    page = folder_files(source, FAKE_RUNTIME)["index.html"].decode()

    values = settings(page)
    assert (values["scale"], values["tile_px"], values["overlap_px"]) == (2, 32, 3)
    assert [model["file"] for model in values["models"]] == [  # type: ignore[attr-defined]
        "models/float32.onnx",
        "models/int8.onnx",
    ]
    assert "Apache-2.0" in page
    assert "Copyright (c) Microsoft Corporation" in page
    assert not re.search("@[A-Z]+@", page)


def test_every_file_that_a_folder_names_is_in_it(source: DemoSource) -> None:
    files = folder_files(source, FAKE_RUNTIME)
    page = files["index.html"].decode()

    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    named += re.findall(r'"((?:models|runtime)/[^"]+)"', page)
    assert len(named) >= 10
    assert set(named) <= set(files)


def test_one_file_holds_all_that_the_folder_holds(source: DemoSource) -> None:
    page = single_page(source, FAKE_RUNTIME).decode()

    inside = {name: gzip.decompress(base64.b64decode(text)) for name, text in BLOCK.findall(page)}
    files = folder_files(source, FAKE_RUNTIME)
    assert inside == {name: files[name] for name in inside}
    assert {"worker.js", "sample.png", "models/int8.onnx"} <= set(inside)
    assert {f"runtime/{name}" for name in FAKE_RUNTIME} <= set(inside)
    assert not re.search(r'(?:src|href)="', page)


def test_no_policy_allows_another_host(source: DemoSource) -> None:
    single = single_page(source, FAKE_RUNTIME).decode()
    folder = folder_files(source, FAKE_RUNTIME)["index.html"].decode()

    for page in (single, folder):
        assert policy(page).startswith("default-src 'none';")
        assert "//" not in policy(page)
        assert "unsafe-inline" not in policy(page)
    assert "connect-src" not in policy(single)
    assert "connect-src 'self'" in policy(folder)


def test_a_name_cannot_act_as_markup(source: DemoSource) -> None:
    evil = "</script><img src=x onerror=alert(1)>@SCRIPTS@"
    manifest = msgspec.structs.replace(source.manifest, name=evil)
    model = dataclasses.replace(source.models[0], input=evil)
    named = DemoSource(manifest=manifest, card=source.card, models=(model,))

    page = single_page(named, FAKE_RUNTIME).decode()

    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;@SCRIPTS@" in page
    assert settings(page)["models"][0]["input"] == evil  # type: ignore[index]


def test_without_webgpu_the_page_is_not_told_of_it(source: DemoSource) -> None:
    wasm = {name: content for name, content in FAKE_RUNTIME.items() if name in _WASM}

    page = single_page(source, wasm).decode()

    assert set(settings(page)["runtimes"]) == {"wasm"}  # type: ignore[call-overload]


def test_the_same_bundle_gives_the_same_page(source: DemoSource) -> None:
    assert single_page(source, FAKE_RUNTIME) == single_page(source, FAKE_RUNTIME)

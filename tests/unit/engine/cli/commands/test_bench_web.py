from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.web_demos import chromium_or_skip, runtime_or_skip, tiny_bundle
from tests.unit.engine.cli.conftest import RunCommand


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bundle(tmp_path_factory.mktemp("bundle"))


def test_browser_and_desktop_are_timed_with_one_thread_and_more(
    bundle: Path, mfagan: RunCommand
) -> None:
    chromium_or_skip()
    runtime = runtime_or_skip()

    said = mfagan(
        "bench", "web", bundle, "--size", 32, "--rounds", 2, "--threads", 2,
        "--runtime", runtime, "--json",
    )  # fmt: skip

    assert said.code == 0, said.out
    report = said.events[0]
    assert [(one["place"], one["threads"]) for one in report["variants"]] == [
        ("browser", 1), ("desktop", 1), ("browser", 2), ("desktop", 2),
    ]  # fmt: skip
    assert all(0 < one["least_ms"] <= one["median_ms"] for one in report["variants"])
    assert [one["times_as_long"] for one in report["variants"][1::2]] == [1, 1]
    assert "Chrom" in report["browser"]
    assert report["machine"]["onnxruntime"]


def test_a_missing_browser_is_named(bundle: Path, mfagan: RunCommand) -> None:
    said = mfagan("bench", "web", bundle, "--browser", "no-such-browser")

    assert said.code == 1
    assert "no-such-browser: is not installed" in said.err

"""The other pages that the product writes, opened in Chromium: report and shared comparison."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.bench.chromium import Chromium, Page
from engine.sharing.comparison import SharedComparison
from engine.sharing.web_page import PageTexts, web_page
from tests.helpers.web_demos import chromium_or_skip, tiny_bundle

PHONE_PX, DESKTOP_PX = 390, 1280


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium(chromium_or_skip()) as running:
        yield running


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a bundle of two targets."""
    folder = tmp_path_factory.mktemp("report")
    with zipfile.ZipFile(tiny_bundle(folder, "onnx,onnx-uint8")) as bundle:
        bundle.extract("report.html", folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shared comparison whose title and names are long."""
    noise = np.random.default_rng(0).integers(0, 256, (2, 300, 700, 3), dtype=np.uint8)
    shared = SharedComparison(
        before=noise[0],
        after=noise[1],
        title=f"{'a_long_name' * 10}.jpg",
        before_name="Enlarged by bicubic interpolation",
        after_name="A network, restoration 0.50, fidelity 0.15",
    )
    path = tmp_path_factory.mktemp("shared") / "shared.html"
    path.write_bytes(web_page(shared, share=0.5, texts=PageTexts()))
    return path


def opened(browser: Chromium, path: Path, width: int) -> Page:
    """Open a page on a window, or a phone, of this width."""
    page = browser.open_page()
    page.call("Log.enable")
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=844, deviceScaleFactor=1, mobile=width == PHONE_PX,
    )  # fmt: skip
    page.call("Emulation.setTouchEmulationEnabled", enabled=width == PHONE_PX)
    page.open(path.as_uri())
    page.wait("document.readyState === 'complete'")
    return page


@pytest.mark.parametrize("width", [PHONE_PX, DESKTOP_PX])
@pytest.mark.parametrize("name", ["report", "comparison"])
def test_a_page_fits_its_window_and_shows_its_pictures(
    browser: Chromium, name: str, width: int, request: pytest.FixtureRequest
) -> None:
    page = opened(browser, request.getfixturevalue(name), width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = "[...document.images].map((one) => one.naturalWidth > 0 && one.width > 100)"
    assert page.evaluate(shown).count(True) >= 2
    assert page.evaluate(f"{shown}.every(Boolean)")
    # Such as a style or script that the page's own policy refuses.
    assert page.events("Log.entryAdded") == []
    assert page.events("Runtime.exceptionThrown") == []
    page.call("Page.close")


def test_the_columns_of_a_report_are_in_view_on_a_desktop(browser: Chromium, report: Path) -> None:
    page = opened(browser, report, DESKTOP_PX)

    overflow = page.evaluate(
        "[...document.querySelectorAll('table')].map((one) => one.scrollWidth - one.clientWidth)"
    )

    assert overflow == [0, 0]
    page.call("Page.close")


def test_the_divider_of_a_comparison_follows_pointer_and_keyboard(
    browser: Chromium, comparison: Path
) -> None:
    page = opened(browser, comparison, DESKTOP_PX)
    box = page.evaluate(
        "(({ left, top, width, height }) => [left, top, width, height])"
        "(document.querySelector('.stage').getBoundingClientRect())"
    )
    at = {"x": box[0] + box[2] / 4, "y": box[1] + box[3] / 2, "button": "left", "clickCount": 1}

    page.call("Input.dispatchMouseEvent", type="mousePressed", **at)
    page.call("Input.dispatchMouseEvent", type="mouseReleased", **at)

    value = "Number(document.querySelector('input').value)"
    assert page.evaluate(value) == pytest.approx(250, abs=5)
    page.call("Input.dispatchKeyEvent", type="keyDown", key="ArrowRight", code="ArrowRight")
    assert page.evaluate(value) == pytest.approx(255, abs=5)
    page.call("Page.close")


def test_a_finger_moves_a_comparison_in_its_actual_size(
    browser: Chromium, comparison: Path
) -> None:
    page = opened(browser, comparison, PHONE_PX)
    page.evaluate("document.querySelector('#actual').click()")

    assert page.evaluate("document.querySelector('.stage').offsetWidth") == 700
    assert page.evaluate("getComputedStyle(document.querySelector('.stage')).touchAction") == "auto"
    page.call("Page.close")

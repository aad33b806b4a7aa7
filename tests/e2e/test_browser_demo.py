"""The browser demo in Chromium: served as a folder, and as one file that is opened from the disk.

The picture of the page is compared with that of ONNX Runtime in Python, in the same tiles. It may
differ by one level of 255, where both round a value in the middle between two levels.
"""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typing_extensions import override

from engine.bench.chromium import BrowserError, Chromium, Page
from engine.bench.web_speed import served
from engine.export.bundle.source import BundleSource
from engine.export.bundle.tiled_run import run_tiled
from engine.export.web.demo import DemoRequest, make_demo
from engine.imaging.pixel_values import to_float, to_uint
from engine.inference.network.session import SessionSpec, open_session
from tests.helpers.web_demos import (
    chromium_or_skip,
    runtime_or_skip,
    tiny_bundle,
    write_bundle,
)

TILE_PX, OVERLAP_PX, SCALE = 32, 3, 2
SOFTWARE_GPU = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader")
DONE = "!document.querySelector('#save').disabled"
STATUS = "document.querySelector('#status')?.textContent"
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a demo, with the same demo as one file beside it."""
    runtime = runtime_or_skip()
    chromium_or_skip()
    folder = tmp_path_factory.mktemp("browser")
    bundle = tiny_bundle(folder)
    make_demo(DemoRequest(bundle=bundle, out=folder / "demo", runtime=runtime))
    single = folder / "demo.html"
    make_demo(DemoRequest(bundle=bundle, out=single, runtime=runtime, has_webgpu=False))
    return folder / "demo"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium(chromium_or_skip(), *SOFTWARE_GPU) as running:
        yield running


@pytest.fixture(scope="module")
def address(demo: Path) -> Iterator[str]:
    with served(demo) as found:
        yield found


@pytest.fixture
def page(browser: Chromium, address: str) -> Iterator[Page]:
    """The served demo, which has enlarged its sample."""
    with _opened(browser, address) as page:
        yield page


@pytest.fixture
def single(browser: Chromium, demo: Path) -> Iterator[Page]:
    """The demo in one file, opened from the disk, which has enlarged its sample."""
    with _opened(browser, demo.with_suffix(".html").as_uri()) as page:
        yield page


@contextmanager
def _opened(browser: Chromium, url: str) -> Iterator[Page]:
    page = browser.open_page()
    page.open(url)
    page.wait(f"document.querySelector('#save') && {DONE}")
    yield page
    thrown = page.events("Runtime.exceptionThrown")
    page.call("Page.close")
    assert thrown == []


def photo(path: Path, width: int, height: int) -> Path:
    """Write a picture with edges and gradients."""
    y, x = np.mgrid[:height, :width]
    planes = [x * 3 + y, (x // 5 + y // 7) % 2 * 180 + 30, 255 - x * y // 40]
    Image.fromarray(np.stack(planes, -1).astype(np.uint8)).save(path)
    return path


def choose(page: Page, path: Path, selector: str = "#open") -> None:
    """Choose a file as in the dialog, and wait until it is enlarged."""
    give(page, path, selector)
    # The old result counts until the file is read.
    page.wait(f"photoName === '{path.stem}' && {DONE}")


def give(page: Page, path: Path, selector: str = "#open") -> None:
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)


def shown(page: Page, canvas: str = "after") -> Pixels:
    """Return the pixels of a canvas."""
    data = page.evaluate(f"document.querySelector('#{canvas}').toDataURL('image/png')")
    image = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1])))
    return np.asarray(image.convert("RGB"))


def on_desktop(demo: Path, path: Path, model: str = "float32", *, scale: int = SCALE) -> Pixels:
    """Enlarge a photo with ONNX Runtime, in the tiles of the page; of another scale in one."""
    pixels = np.asarray(Image.open(path).convert("RGB"))
    batch = np.ascontiguousarray(to_float(pixels).transpose(2, 0, 1)[None])
    run = open_session(SessionSpec.of_file(demo / "models" / f"{model}.onnx")).run
    most = TILE_PX if scale == SCALE else max(pixels.shape)
    size = (min(most, pixels.shape[0]), min(most, pixels.shape[1]))
    sr = run_tiled(run, batch, size=size, overlap_px=OVERLAP_PX, scale=scale)
    return np.asarray(to_uint(sr[0].transpose(1, 2, 0), np.uint8))


def levels(one: Pixels, other: Pixels) -> int:
    """Return the largest difference of two pictures of one shape, in levels of 255."""
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def choose_engine(page: Page, title: str) -> None:
    """Choose what the network runs on, and wait for the new result."""
    page.evaluate(
        f"engine.selectedIndex = [...engine.options].findIndex((o) => o.text === '{title}');"
        "engine.dispatchEvent(new Event('change'))"
    )
    page.wait(DONE)


def test_the_sample_is_shown_before_and_after(page: Page) -> None:
    assert "272 \u00d7 168 became 544 \u00d7 336 pixels" in page.evaluate(STATUS)
    assert shown(page).std() > 20
    assert levels(shown(page), shown(page, "before")) > 0


# Smaller than a tile, of odd sides; more than a tile in one direction, and in both.
@pytest.mark.parametrize(("width", "height"), [(17, 23), (101, 20), (77, 61)])
def test_a_photo_becomes_what_the_desktop_makes_of_it(
    page: Page, demo: Path, tmp_path: Path, width: int, height: int
) -> None:
    path = photo(tmp_path / "mine.png", width, height)

    choose(page, path)

    assert levels(shown(page), on_desktop(demo, path)) <= 1


def test_one_file_from_the_disk_makes_the_same(single: Page, demo: Path, tmp_path: Path) -> None:
    path = photo(tmp_path / "mine.png", 77, 61)

    choose(single, path)

    assert levels(shown(single), on_desktop(demo, path)) <= 1
    assert "on 1 thread of the CPU" in single.evaluate(STATUS)


def test_threads_are_used_where_the_server_isolates_the_page(page: Page) -> None:
    threads = page.evaluate("Math.min(navigator.hardwareConcurrency, 8)")

    word = "thread" if threads == 1 else "threads"
    assert f"on {threads} {word} of the CPU" in page.evaluate(STATUS)


def test_int8_is_offered_and_near_the_desktops(
    browser: Chromium, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A shipped network: the tiny one has too few layers for 8 bits.
    runtime = runtime_or_skip()
    folder = tmp_path_factory.mktemp("int8")
    bundle = write_bundle(folder, BundleSource(name="mfa-xs-x4"), "onnx,onnx-int8")
    demo = folder / "demo"
    make_demo(DemoRequest(bundle=bundle, out=demo, runtime=runtime, has_webgpu=False))
    path = photo(folder / "mine.png", 47, 31)
    with served(demo) as address, _opened(browser, address) as page:
        choose(page, path)
        exact = shown(page)

        choose_engine(page, "CPU, int8")

        found = shown(page)
    expected = on_desktop(demo, path, "int8", scale=4)
    # Kernels round sums of 8-bit products differently where a processor lacks an instruction.
    assert np.abs(found.astype(int) - expected.astype(int)).mean() < 0.5
    assert np.abs(found.astype(int) - exact.astype(int)).mean() > 0.5


def test_the_gpu_makes_what_the_cpu_makes(page: Page) -> None:
    # That of the test is software, which the page does not offer.
    script = """(async () => {
      const pixels = photo && drawPart(photo, 400, 'center');
      const picture = pixels.getContext('2d').getImageData(0, 0, pixels.width, pixels.height);
      const found = [];
      for (const provider of ['webgpu', 'wasm']) {
        const one = await Upscaler.open(settings, settings.models[0], provider, 1);
        const tiles = [];
        const { signal } = new AbortController();
        await one.enlarge(picture, (tile) => tiles.push(...tile.pixels), signal);
        one.close();
        found.push(tiles);
      }
      return found;
    })()"""
    if page.evaluate("navigator.gpu.requestAdapter().then((one) => one === null)"):
        pytest.skip("this Chromium has no WebGPU adapter, not even in software")

    gpu, cpu = (np.array(values) for values in page.evaluate(script))

    assert gpu.size > 1000
    assert np.abs(gpu - cpu).max() <= 1


def test_a_photo_is_dropped_pasted_or_taken(page: Page, tmp_path: Path) -> None:
    path = photo(tmp_path / "mine.png", 20, 12)
    data = base64.b64encode(path.read_bytes()).decode()
    for name, event in {
        "pasted": "new ClipboardEvent('paste', { clipboardData: data })",
        "dropped": "new DragEvent('drop', { dataTransfer: data, cancelable: true })",
    }.items():
        page.evaluate(
            f"{{ const data = new DataTransfer(); const bytes = Uint8Array.from(atob('{data}'), "
            f"(one) => one.charCodeAt(0)); data.items.add(new File([bytes], '{name}.png')); "
            f"document.dispatchEvent({event}); }}"
        )
        page.wait(f"photoName === '{name}' && {DONE}")
        assert "20 \u00d7 12 became" in page.evaluate(STATUS)

    choose(page, path, "#camera")
    take = "document.querySelector('#camera').getAttribute('capture')"
    assert page.evaluate(take) == "environment"


def test_the_result_is_saved_as_png(page: Page, tmp_path: Path) -> None:
    choose(page, photo(tmp_path / "mine.png", 21, 13))
    folder = tmp_path / "downloads"
    page.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    page.evaluate("document.querySelector('#save').click()")

    deadline_s = time.monotonic() + 30
    while not (folder / "mine-x2.png").exists() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    with Image.open(folder / "mine-x2.png") as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), shown(page))


def test_cancel_ends_it_and_the_next_photo_is_enlarged(page: Page, tmp_path: Path) -> None:
    page.evaluate("settings.tile_px = 8; engine.dispatchEvent(new Event('change'))")
    give(page, photo(tmp_path / "large.png", 900, 800))
    page.wait("photoName === 'large' && !work.hidden")

    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")

    assert page.evaluate(STATUS) == "Cancelled."
    assert page.evaluate("save.disabled && work.hidden")
    choose(page, photo(tmp_path / "small.png", 12, 10))
    assert "12 \u00d7 10 became" in page.evaluate(STATUS)


def test_a_file_that_is_no_picture_is_named(page: Page, tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("no picture", encoding="utf-8")

    give(page, tmp_path / "notes.png")
    page.wait(f"{STATUS}.startsWith('notes.png')")

    assert "not a picture" in page.evaluate(STATUS)
    assert page.evaluate(DONE)


def test_of_a_photo_that_is_too_large_the_center_or_less_detail_is_taken(
    page: Page, tmp_path: Path
) -> None:
    page.evaluate("settings.most_result_pixels = 4000")
    path = photo(tmp_path / "large.png", 80, 50)

    choose(page, path)

    assert "40 \u00d7 25 became 80 \u00d7 50" in page.evaluate(STATUS)
    assert not page.evaluate("document.querySelector('#part-choice').hidden")
    center = shown(page, "before")
    page.evaluate("part.value = 'whole'; part.dispatchEvent(new Event('change'))")
    page.wait(DONE)
    assert shown(page, "before").shape == center.shape
    assert levels(shown(page, "before"), center) > 10


def test_the_keyboard_moves_the_divider(page: Page) -> None:
    page.evaluate("document.querySelector('#divider').focus()")

    for _ in range(3):
        page.call("Input.dispatchKeyEvent", type="keyDown", key="ArrowLeft", code="ArrowLeft")

    clip = "document.querySelector('#after').style.clipPath"
    assert page.evaluate("document.querySelector('#divider').value") == "470"
    at = float(page.evaluate(clip).split()[-1].removesuffix("px)"))
    width = page.evaluate("document.querySelector('.frame').clientWidth")
    assert at == pytest.approx(0.47 * width, abs=1)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride",
        width=width, height=844, deviceScaleFactor=1, mobile=width < 600,
    )  # fmt: skip
    page.wait(f"document.querySelector('.view').offsetWidth <= {width}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


class _Counting(BaseHTTPRequestHandler):
    requests = 0

    def do_GET(self) -> None:
        """Count a request and allow it to all pages."""
        type(self).requests += 1
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.end_headers()

    @override
    def log_message(self, format: str, *values: object) -> None:
        pass


@pytest.mark.parametrize("kind", ["page", "single"])
def test_neither_page_nor_worker_reaches_another_host(
    kind: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(kind)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Counting) as other:
        thread = Thread(target=other.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{other.server_address[1]}/"
        in_worker = (
            f"fetch('{url}').then(() => postMessage('reached'), () => postMessage('refused'))"
        )
        worker = (
            f"new Promise((done) => {{ new Worker(URL.createObjectURL(new Blob([`{in_worker}`])))"
            ".onmessage = (event) => done(event.data); })"
        )
        picture = (
            "new Promise((done) => { const image = new Image(); image.onload = () => "
            f"done('reached'); image.onerror = () => done('refused'); image.src = '{url}'; }})"
        )

        with pytest.raises(BrowserError, match="Failed to fetch"):
            page.evaluate(f"fetch('{url}')")
        assert page.evaluate(worker) == "refused"
        assert page.evaluate(picture) == "refused"
        other.shutdown()
        thread.join()
    assert _Counting.requests == 0
    asked = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
    own = page.evaluate("location.href")
    assert [one for one in asked if not one.startswith((own, "blob:", "data:", url))] == []


def test_a_folder_without_server_says_how_to_open_it(browser: Chromium, demo: Path) -> None:
    page = browser.open_page()
    page.open((demo / "index.html").as_uri())
    page.wait(STATUS)

    assert "python serve.py" in page.evaluate(STATUS)
    page.call("Page.close")

from __future__ import annotations

import urllib.request
from pathlib import Path

from engine.bench.web_speed import served


def test_files_come_with_the_headers_that_threads_need(tmp_path: Path) -> None:
    (tmp_path / "demo.js").write_text("let one = 1", encoding="utf-8")

    with served(tmp_path) as address, urllib.request.urlopen(address + "demo.js") as response:
        headers = response.headers
        content = response.read()

    assert address.startswith("http://127.0.0.1:")
    assert content == b"let one = 1"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"

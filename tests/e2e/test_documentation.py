"""The pages of the documentation form a site: each is reachable, and no link leads nowhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    # Without the reference, which takes minutes.
    words = ["--quiet", "--fail-on-warning", "--keep-going", "-D", "extensions=myst_parser"]

    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, ROOT / "docs", tmp_path / "site"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert done.stderr == ""
    assert "Enlarge photos" in (tmp_path / "site" / "index.html").read_text("utf-8")

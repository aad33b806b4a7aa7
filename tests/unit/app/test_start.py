from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app import start

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems always have a screen"
)


def test_without_a_screen_a_plain_sentence_says_so() -> None:
    reason = start.missing_screen({})

    assert reason is not None
    assert "DISPLAY" in reason


@pytest.mark.parametrize(
    "environment", [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}]
)
def test_screens_of_other_kinds_are_left_to_qt(environment: dict[str, str]) -> None:
    assert start.missing_screen(environment) is None


def test_a_library_that_is_missing_is_named_with_the_way_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = tmp_path / "libqxcb.so"
    plugin.write_bytes(b"no library")
    monkeypatch.setattr(start, "_xcb_plugin", lambda: plugin)

    reason = start.missing_screen({"DISPLAY": ":0"})

    assert reason is not None
    assert "libqxcb.so" in reason
    assert "apt-get install" in reason


def test_a_screen_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "_xcb_plugin", lambda: None)
    monkeypatch.setattr(start, "_answers", lambda _display: False)

    assert start.missing_screen({"DISPLAY": ":77"}) == "the screen :77 does not answer"


def test_the_program_ends_with_the_sentence_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.start"],
        env={},
        cwd=Path(start.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("mfagan-studio: there is no screen here")
    assert "Traceback" not in done.stderr

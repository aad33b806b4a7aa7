from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.output import Output, PlainFormatter
from tests.unit.engine.cli.conftest import RunCommand, write_photo

HOSTILE = os.fsdecode("\x1b]0;title\x07\x1b[31m[/red] \x9b2J a\nb \u202egpj ".encode() + b"\xe9")
VISIBLE = r"\x1b]0;title\x07\x1b[31m[/red] \x9b2J a\nb \u202egpj \xe9"


def is_plain(text: str) -> bool:
    """Return whether nothing in ``text`` acts on a terminal; lines may end."""
    return all(character.isprintable() or character == "\n" for character in text)


def test_what_files_say_is_shown_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    voice = Output(is_json=False)
    voice.text(HOSTILE)
    voice.note(HOSTILE)
    voice.failed("code", HOSTILE)
    voice.block(f"a\n{HOSTILE.replace(chr(10), '')}\n")
    said = capsys.readouterr()
    assert said.out == f"{VISIBLE}\na\n{VISIBLE.replace(chr(92) + 'n', '')}\n"
    assert said.err == f"{VISIBLE}\nError: {VISIBLE}\n"


def test_tables_show_what_they_are_given(capsys: pytest.CaptureFixture[str]) -> None:
    Output(is_json=False).table(["[/red]", ">\x1b[2J"], [["[bold]x[/bold]", "[/no]"]])
    said = capsys.readouterr().out
    assert is_plain(said)
    for text in ("[/red]", r"\x1b[2J", "[bold]x[/bold]", "[/no]"):
        assert text in said


def test_json_lines_hold_names_exactly_and_no_control_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Output(is_json=True).event("photo", path=Path(HOSTILE), text="Größe 東京")
    line = capsys.readouterr().out
    assert is_plain(line)
    assert "Größe 東京" in line
    line.encode("utf-8")
    assert json.loads(line) == {"event": "photo", "path": HOSTILE, "text": "Größe 東京"}


def test_json_is_ascii_where_the_terminal_knows_no_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", terminal)
    Output(is_json=True).event("photo", text="東京")
    terminal.seek(0)
    assert json.loads(terminal.read())["text"] == "東京"


def test_log_records_are_plain_too() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "read %s", (HOSTILE,), None)
    assert is_plain(PlainFormatter("%(message)s").format(record))


def test_names_of_files_do_nothing_to_a_terminal(
    mfagan: RunCommand, tiny: str, tmp_path: Path
) -> None:
    write_photo(tmp_path / "in" / "\x1b[31mred.png")
    (tmp_path / "in" / "\x1b]0;title\x07.jpg").write_bytes(b"no photo")
    said = mfagan("upscale", tmp_path / "in", "-o", tmp_path / "out", "--model", tiny)
    assert said.code == 1
    assert is_plain(said.out + said.err)
    assert r"\x1b]0;title\x07.jpg" in said.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
@pytest.mark.parametrize(
    ("is_json", "stream"), [(True, "stdout"), (False, "stdout"), (False, "stderr")]
)
def test_a_log_whose_disk_is_full_does_not_end_the_work(
    tmp_path: Path, tiny: str, is_json: bool, stream: str
) -> None:
    for name in ("a.png", "b.png"):
        write_photo(tmp_path / "in" / name)
    words = ["upscale", tmp_path / "in", "-o", tmp_path / "out", "--model", tiny]
    with Path("/dev/full").open("wb") as full:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: full}
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli.main", *map(str, words), *["--json"] * is_json],
            check=False,
            **streams,  # type: ignore[call-overload]
        )
    assert done.returncode == 1
    assert "Traceback" not in str(done.stderr)
    assert "ignored" not in str(done.stderr)
    assert len(list((tmp_path / "out").iterdir())) == 2

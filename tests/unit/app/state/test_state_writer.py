from __future__ import annotations

import os
from pathlib import Path

from app.state.state_writer import write_text_atomic


def test_what_the_window_remembers_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_text_atomic(tmp_path / "queue.json", "first")
        write_text_atomic(tmp_path / "queue.json", "second")
    finally:
        os.umask(before)

    assert (tmp_path / "queue.json").read_text(encoding="utf-8") == "second"
    assert (tmp_path / "queue.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["queue.json"]

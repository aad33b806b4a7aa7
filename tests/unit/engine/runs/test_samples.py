from __future__ import annotations

from pathlib import Path

from engine.runs.samples import samples


def put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"png")


def test_crops_come_by_name_and_rising_step(tmp_path: Path) -> None:
    for name in ("0.png", "2.png", "10.png"):
        put(tmp_path / "samples" / "lr" / name)
        put(tmp_path / "samples" / "hr" / name)
        for step in (1000, 200):
            put(tmp_path / "samples" / f"step-{step}" / name)

    found = samples(tmp_path)

    assert [(one.name, one.step) for one in found] == [
        ("0", 200), ("0", 1000), ("2", 200), ("2", 1000), ("10", 200), ("10", 1000),
    ]  # fmt: skip
    assert found[0].path == tmp_path / "samples" / "step-200" / "0.png"
    assert found[0].lr == tmp_path / "samples" / "lr" / "0.png"
    assert found[0].hr == tmp_path / "samples" / "hr" / "0.png"


def test_what_is_missing_is_none_and_what_is_foreign_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "samples" / "step-5" / "0.png")
    put(tmp_path / "samples" / "step-5" / ".4711-0a1b2c3d-9f8e7d6c.png.mfagan-part")
    put(tmp_path / "samples" / "step-5" / ".hidden.png")
    put(tmp_path / "samples" / "step-x" / "0.png")
    put(tmp_path / "samples" / "step-7")

    found = samples(tmp_path)

    assert [(one.step, one.lr, one.hr) for one in found] == [(5, None, None)]


def test_a_run_without_samples_or_a_deleted_one_has_none(tmp_path: Path) -> None:
    assert samples(tmp_path) == ()
    assert samples(tmp_path / "absent") == ()

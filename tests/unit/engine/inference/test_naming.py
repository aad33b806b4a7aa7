from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import ConfigError, OutputError
from engine.inference.naming import (
    DEFAULT_TEMPLATE,
    TEMPLATE_FIELDS,
    Collision,
    NameFields,
    check_template,
    claim_path,
    numbered,
    output_name,
    remove_stale_claims,
)


def fields(name: str = "photo", *, scale: float = 4.0) -> NameFields:
    return NameFields(name=name, model="mfa-s-x4", scale=scale, width=400, height=300)


def test_the_default_template_says_photo_model_and_scale() -> None:
    assert output_name(DEFAULT_TEMPLATE, fields(), suffix=".png") == "photo_mfa-s-x4_x4.png"
    assert output_name(DEFAULT_TEMPLATE, fields(scale=2.5), suffix=".jpg").endswith("_x2.5.jpg")


def test_every_documented_field_can_be_used() -> None:
    template = "_".join(f"{{{field}}}" for field in TEMPLATE_FIELDS)
    check_template(template)
    name = output_name(template, fields(), suffix=".png")
    assert name.startswith("photo_mfa-s-x4_4_400_300_20")


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{nome}", "nome"),
        ("{name!r}", "name"),
        ("{name:>10}", "name"),
        ("{name.real}", "name.real"),
        ("{", "fields are"),
        ("out/{name}", "folder"),
        ("out\\{name}", "folder"),
        ("fixed", "alike"),
    ],
)
def test_a_template_that_cannot_work_is_refused(template: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        check_template(template)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Größe 東京 😀", "Größe 東京 😀.png"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h.png"),
        ("line\nbreak\x00", "line_break_.png"),
        ("con", "_con.png"),
        ("COM1.old", "_COM1.old.png"),
        (".hidden", "hidden.png"),
        ("ends. . ", "ends.png"),
        ("...", "_.png"),
    ],
)
def test_names_are_safe_on_every_system_and_keep_their_letters(name: str, expected: str) -> None:
    assert output_name("{name}", fields(name), suffix=".png") == expected


@given(name=st.text(max_size=400))
def test_any_name_gives_one_that_can_be_written(name: str) -> None:
    made = output_name(DEFAULT_TEMPLATE, fields(name), suffix=".tiff")
    assert made.endswith("mfa-s-x4_x4.tiff")
    assert len(made.encode()) <= 231
    assert not set(made) & set('<>:"/\\|?*\0')
    assert not made.startswith(".")


def test_a_long_name_is_shortened_between_letters() -> None:
    made = output_name(DEFAULT_TEMPLATE, fields("東" * 200), suffix=".png")
    assert made.endswith("東_mfa-s-x4_x4.png")
    assert len(made.encode()) <= 230


def test_bytes_that_are_no_text_are_replaced() -> None:
    broken = os.fsdecode(b"caf\xe9")
    assert output_name("{name}", fields(broken), suffix=".png") == "caf_.png"


def test_taken_names_are_numbered(tmp_path: Path) -> None:
    wanted = tmp_path / "a.png"
    for expected in ("a.png", "a-2.png", "a-3.png"):
        with claim_path(wanted, Collision.NUMBER) as path:
            assert path == tmp_path / expected
            assert path is not None
            assert not path.exists()
            path.touch()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a-2.png", "a-3.png", "a.png"]


def test_taken_names_are_skipped_or_replaced_when_asked(tmp_path: Path) -> None:
    wanted = tmp_path / "a.png"
    with claim_path(wanted, Collision.SKIP) as path:
        assert path == wanted
    wanted.touch()
    with claim_path(wanted, Collision.SKIP) as path:
        assert path is None
    with claim_path(wanted, Collision.REPLACE) as path:
        assert path == wanted


def test_a_name_is_free_again_when_nothing_was_made(tmp_path: Path) -> None:
    wanted = tmp_path / "a.png"
    with pytest.raises(RuntimeError), claim_path(wanted, Collision.NUMBER):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_many_threads_never_get_the_same_name(tmp_path: Path) -> None:
    got: list[Path | None] = []
    together = threading.Barrier(8)

    def take() -> None:
        together.wait()
        with claim_path(tmp_path / "a.png", Collision.NUMBER) as path:
            got.append(path)
            together.wait()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 8


def test_claims_of_dead_processes_do_not_count_and_are_removed(tmp_path: Path) -> None:
    claim = tmp_path / ".a.png.mfagan-claim"
    claim.write_text("999999999", encoding="ascii")
    with claim_path(tmp_path / "a.png", Collision.SKIP) as path:
        assert path is not None
    claim.write_text("999999999", encoding="ascii")
    living = tmp_path / ".b.png.mfagan-claim"
    living.write_text(str(os.getpid()), encoding="ascii")
    remove_stale_claims(tmp_path)
    assert list(tmp_path.iterdir()) == [living]


def test_a_folder_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="missing"),
        claim_path(tmp_path / "missing" / "a.png", Collision.NUMBER),
    ):
        pass


def test_numbers_stand_before_the_suffix() -> None:
    assert numbered(Path("x/a.b.png"), 2) == Path("x/a.b-2.png")
    assert numbered(Path("x/a.png"), 1) == Path("x/a.png")

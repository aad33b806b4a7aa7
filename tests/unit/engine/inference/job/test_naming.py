from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.atomic_file import temporary_part
from engine.core.errors import ConfigError, OutputError, OutputExistsError
from engine.core.file_guard import FileGuard
from engine.inference.job.naming import (
    DEFAULT_TEMPLATE,
    TEMPLATE_FIELDS,
    Collision,
    NameFields,
    ResultName,
    check_template,
    numbered,
    output_name,
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


def make(name: ResultName, content: str = "new") -> Path:
    with temporary_part(name.path) as part:
        part.write_text(content, encoding="utf-8")
        return name.publish(part)


def name_for(
    wanted: Path, policy: Collision = Collision.NUMBER, *originals: Path, photo: str = "photo.jpg"
) -> ResultName:
    return ResultName(wanted, policy, FileGuard(originals), photo=wanted.parent / photo)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_taken_names_are_numbered(tmp_path: Path) -> None:
    for expected in ("a.png", "a-2.png", "a-3.png"):
        name = name_for(tmp_path / "a.png")
        assert name.path == tmp_path / expected
        assert not name.path.exists()
        assert make(name) == tmp_path / expected
    assert list(contents(tmp_path)) == ["a-2.png", "a-3.png", "a.png"]


def test_taken_names_are_skipped_or_replaced_when_asked(tmp_path: Path) -> None:
    wanted = tmp_path / "a.png"
    assert not name_for(wanted, Collision.SKIP).is_taken
    wanted.write_text("old", encoding="utf-8")
    assert name_for(wanted, Collision.SKIP).is_taken
    make(name_for(wanted, Collision.REPLACE))
    assert contents(tmp_path) == {"a.png": "new"}


def test_a_link_that_leads_nowhere_has_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("nowhere")
    assert name_for(tmp_path / "a.png").path == tmp_path / "a-2.png"
    assert name_for(tmp_path / "a.png", Collision.SKIP).is_taken


@pytest.mark.parametrize("policy", list(Collision))
def test_an_original_is_never_replaced(tmp_path: Path, policy: Collision) -> None:
    original = tmp_path / "a.png"
    original.write_text("original", encoding="utf-8")
    wanted = tmp_path / ".." / tmp_path.name / "a.png"
    made = make(name_for(wanted, policy, original, photo="a.png"))
    assert made.name == "a-2.png"
    assert contents(tmp_path) == {"a.png": "original", "a-2.png": "new"}


def test_what_appears_on_the_way_is_kept(tmp_path: Path) -> None:
    name = name_for(tmp_path / "a.png")
    (tmp_path / "a.png").write_text("precious", encoding="utf-8")
    assert make(name) == name.path == tmp_path / "a-2.png"
    assert contents(tmp_path) == {"a.png": "precious", "a-2.png": "new"}


def test_what_appears_on_the_way_is_kept_when_results_are_to_be_skipped(tmp_path: Path) -> None:
    name = name_for(tmp_path / "a.png", Collision.SKIP)
    (tmp_path / "a.png").write_text("precious", encoding="utf-8")
    with pytest.raises(OutputExistsError, match=r"a\.png: appeared meanwhile"):
        make(name)
    assert contents(tmp_path) == {"a.png": "precious"}


def test_an_original_that_appears_on_the_way_is_kept_also_when_replacing(tmp_path: Path) -> None:
    original = tmp_path / "original.png"
    original.write_text("original", encoding="utf-8")
    name = name_for(tmp_path / "a.png", Collision.REPLACE, original)
    original.rename(tmp_path / "a.png")
    make(name)
    assert contents(tmp_path) == {"a.png": "original", "a-2.png": "new"}


def test_a_name_is_announced_before_it_is_given(tmp_path: Path) -> None:
    announced: list[tuple[str, str, bool]] = []
    name = ResultName(
        tmp_path / "a.png",
        Collision.NUMBER,
        FileGuard(),
        photo=tmp_path / "photo.jpg",
        announce=lambda part, path: announced.append(
            (part.read_text(encoding="utf-8"), path.name, path.exists())
        ),
    )
    make(name)
    assert announced == [("new", "a.png", False)]


def test_many_threads_never_get_the_same_name(tmp_path: Path) -> None:
    got: list[Path] = []
    together = threading.Barrier(8)

    def take(number: int) -> None:
        name = name_for(tmp_path / "a.png", photo=f"{number}.jpg")
        together.wait()
        got.append(make(name, str(number)))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 8
    assert sorted(contents(tmp_path).values()) == list("01234567")


def test_a_result_is_not_more_open_than_its_photo(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.touch(mode=0o600)
    made = make(ResultName(tmp_path / "a.png", Collision.NUMBER, FileGuard([photo]), photo=photo))
    assert made.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="missing"):
        make(name_for(tmp_path / "missing" / "a.png"))


def test_numbers_stand_before_the_suffix() -> None:
    assert numbered(Path("x/a.b.png"), 2) == Path("x/a.b-2.png")
    assert numbered(Path("x/a.png"), 1) == Path("x/a.png")


def test_a_name_of_the_longest_length_is_kept_and_a_longer_one_shortened_by_as_much() -> None:
    def length(name: str) -> int:
        fields = NameFields(name=name, model="m", scale=4, width=1, height=1)
        return len(output_name("{name}", fields, suffix=".png").encode())

    assert length("a" * 226) == 230
    assert length("a" * 227) == length("a" * 400) == 230

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.config.yaml_file import parse_yaml, read_yaml_file, yaml_lines
from engine.core.errors import ConfigError


def test_plain_values_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("name: ünï\nsizes: [1, 2.5, true, null]\nin: {a: {b: x}}\n", encoding="utf-8")

    assert read_yaml_file(path) == {
        "name": "ünï", "sizes": [1, 2.5, True, None], "in": {"a": {"b": "x"}},
    }  # fmt: skip


def test_ten_lines_cannot_stand_for_a_thousand_million_values(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(ConfigError, match=r"bomb\.yaml.*aliases"):
        read_yaml_file(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 5000, "nested"),
        ("{a: " * 200, "nested"),
        ("a: 1\na: 2", "'a' is given twice"),
        ("? [1, 2]\n: 3", "must be text"),
        ("1: 2", "must be text"),
        ("a: 2024-99-99", "not YAML"),
        ("a: " + "9" * 5000, "not YAML"),
        ("!!python/object/apply:os.system ['true']", "not YAML"),
        ("a: \x01", "not YAML"),
        ("base: &b {a: 1}\nc: {<<: *b}", "aliases"),
    ],
)
def test_what_is_no_tree_of_plain_values_is_refused(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_yaml(text, source="x")


def test_files_that_are_no_recipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "large.yaml").write_text("a: " + "x" * 1_100_000, encoding="utf-8")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe4")

    for name, told in (
        ("pipe.yaml", "cannot be read .*named pipe"),
        ("large.yaml", "cannot be read .*larger than"),
        ("latin.yaml", "is not YAML"),
        ("gone.yaml", "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=rf"{name}: {told}"):
            read_yaml_file(tmp_path / name)


def test_lines_of_names_are_counted_from_one() -> None:
    text = "# a comment\nname: x\n\ndata:\n  folder: y\n  in: {a: 1,\n       b: 2}\n"

    assert yaml_lines(text) == {
        "name": 2, "data": 4, "data.folder": 5, "data.in": 6, "data.in.a": 6, "data.in.b": 7,
    }  # fmt: skip
    assert yaml_lines("a: [1") == {}

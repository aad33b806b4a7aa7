"""A network is there whole or not at all, whenever the process that puts it there dies."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil
import pytest

from engine.catalog import shelving
from engine.catalog.card import ModelCard, Variant, check_hash, hash_file, read_card, write_card
from engine.catalog.catalog import Catalog, ModelFolder, Origin
from engine.catalog.shelving import clean_shelf, shelve, staging_prefix
from engine.core.errors import ModelError, OutputError
from tests.helpers.tiny_models import tiny_card
from tests.helpers.tiny_onnx import write_tiny_onnx


def network(folder: Path, seed: int, *, name: str = "net") -> tuple[ModelCard, Path]:
    """Return a card and the file that it describes, outside of any shelf."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_tiny_onnx(folder / f"source-{seed}.onnx", seed=seed)
    variant = Variant(
        precision="fp32", file=f"{name}.onnx", sha256=hash_file(path), bytes=path.stat().st_size
    )
    return msgspec.structs.replace(tiny_card(model_id=name), variants=(variant,)), path


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_network_is_put_under_its_own_name(tmp_path: Path, shelf: Path) -> None:
    card, path = network(tmp_path, 0)
    assert shelve(card, {"fp32": path}, shelf) == card
    assert names(shelf) == ["net.json", "net.onnx"]
    assert check_hash(card.variants[0], shelf).read_bytes() == path.read_bytes()


def test_a_network_that_is_replaced_goes_and_the_new_one_is_whole(
    tmp_path: Path, shelf: Path
) -> None:
    for seed in (0, 1, 2, 1):
        card, path = network(tmp_path, seed)
        put = shelve(card, {"fp32": path}, shelf)
        assert read_card(shelf / "net.json") == put
        assert check_hash(put.variants[0], shelf).read_bytes() == path.read_bytes()
        assert len(names(shelf)) == 2


def test_the_same_network_again_changes_nothing(tmp_path: Path, shelf: Path) -> None:
    card, path = network(tmp_path, 0)
    assert shelve(card, {"fp32": path}, shelf) == shelve(card, {"fp32": path}, shelf)
    assert names(shelf) == ["net.json", "net.onnx"]


def test_a_file_of_somebody_else_is_neither_replaced_nor_deleted(
    tmp_path: Path, shelf: Path
) -> None:
    (shelf / "net.onnx").write_bytes(b"mine")
    for seed in (0, 1):
        card, path = network(tmp_path, seed)
        put = shelve(card, {"fp32": path}, shelf)
        assert put.variants[0].file == f"net-{put.variants[0].sha256[:8]}.onnx"
    assert (shelf / "net.onnx").read_bytes() == b"mine"
    assert len(names(shelf)) == 3


def test_a_file_that_another_card_names_is_kept(tmp_path: Path, shelf: Path) -> None:
    card, path = network(tmp_path, 0)
    shelve(card, {"fp32": path}, shelf)
    (shelf / "copy.json").write_bytes((shelf / "net.json").read_bytes())
    newer, newer_path = network(tmp_path, 1)
    shelve(newer, {"fp32": newer_path}, shelf)
    assert (shelf / "net.onnx").read_bytes() == path.read_bytes()


def test_only_free_names_are_taken(tmp_path: Path, shelf: Path) -> None:
    card, path = network(tmp_path, 0)
    hashed = f"net-{card.variants[0].sha256[:8]}"
    (shelf / "net.onnx").symlink_to(tmp_path / "nowhere")
    (shelf / f"{hashed}.onnx").write_bytes(b"mine")
    (shelf / f"{hashed}-2.onnx").mkdir()
    put = shelve(card, {"fp32": path}, shelf)
    assert put.variants[0].file == f"{hashed}-3.onnx"
    assert (shelf / "net.onnx").is_symlink()
    assert (shelf / f"{hashed}.onnx").read_bytes() == b"mine"


def test_a_file_that_a_replaced_card_only_claims_is_kept(tmp_path: Path, shelf: Path) -> None:
    card, _ = network(tmp_path, 0)
    claim = msgspec.structs.replace(card.variants[0], file="holiday.png")
    write_card(msgspec.structs.replace(card, variants=(claim,)), shelf / "net.json")
    (shelf / "holiday.png").write_bytes(b"a photo")
    newer, newer_path = network(tmp_path, 1)
    shelve(newer, {"fp32": newer_path}, shelf)
    assert (shelf / "holiday.png").read_bytes() == b"a photo"


def test_an_input_outlives_the_network_that_it_belonged_to(tmp_path: Path, shelf: Path) -> None:
    card, path = network(tmp_path, 0)
    shelve(card, {"fp32": path}, shelf)
    newer, newer_path = network(tmp_path, 1)
    (tmp_path / "linked").symlink_to(shelf)
    shelve(newer, {"fp32": newer_path}, shelf, inputs=[tmp_path / "linked" / "net.onnx"])
    assert (shelf / "net.onnx").read_bytes() == path.read_bytes()


def test_a_source_on_the_shelf_itself_is_kept_when_its_card_cannot_be_written(
    tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, path = network(tmp_path, 0)
    mine = path.rename(shelf / "net.onnx")

    def fail(*_: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(shelving, "write_card", fail)
    with pytest.raises(OutputError):
        shelve(card, {"fp32": mine}, shelf)
    assert names(shelf) == ["net.onnx"]


def test_a_source_that_is_not_what_the_card_says_is_refused(tmp_path: Path, shelf: Path) -> None:
    card, path = network(tmp_path, 0)
    path.write_bytes(b"x" * card.variants[0].bytes)
    with pytest.raises(ModelError, match="was changed"):
        shelve(card, {"fp32": path}, shelf)
    assert names(shelf) == []


class Killed(BaseException):
    """Nothing of ours runs any more."""


def die_at(moment: int, patch: pytest.MonkeyPatch) -> None:
    """Let the call that changes a folder for the ``moment``-th time be the last one."""
    calls = itertools.count(1)

    def dying(function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **settings: object) -> object:
            if next(calls) >= moment:
                raise Killed
            return function(*arguments, **settings)

        return wrapped

    for name in ("replace", "unlink"):
        patch.setattr(Path, name, dying(getattr(Path, name)))


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "replaced"])
def test_a_process_killed_anywhere_leaves_the_old_or_the_new_one_whole(
    tmp_path: Path, is_new: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "pid_exists", lambda _pid: False)  # ours counts as dead
    old, old_path = network(tmp_path / "old", 0)
    new, new_path = network(tmp_path / "new", 1)
    whole = {old.variants[0].sha256, new.variants[0].sha256}
    for moment in range(1, 30):
        shelf = tmp_path / f"shelf-{moment}"
        shelf.mkdir()
        if not is_new:
            shelve(old, {"fp32": old_path}, shelf)
        is_killed = False
        with monkeypatch.context() as patch:
            die_at(moment, patch)
            try:
                shelve(new, {"fp32": new_path}, shelf)
            except Killed:
                is_killed = True
        catalog = Catalog([ModelFolder(folder=shelf, origin=Origin.IMPORTED)])
        assert not catalog.broken
        for card in catalog.list():
            assert hash_file(check_hash(card.variants[0], shelf)) in whole
        assert is_new or len(catalog.list()) == 1
        assert len(names(shelf)) == 2 * len(catalog.list())
        if not is_killed:
            assert moment > 4
            return
    pytest.fail("it never finished")


def dead_writer() -> str:
    """Return the name of something that a process which is gone has begun."""
    code = "from engine.core.leftovers import writer_name; print(writer_name())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_only_folders_of_dead_processes_are_cleaned(shelf: Path) -> None:
    mine = shelf / f"{staging_prefix()}abc"
    theirs = shelf / f".export-{dead_writer()}-abc"
    for folder in (mine, theirs, shelf / "export-1-x", shelf / ".export-notes"):
        folder.mkdir()
        (folder / "weights.onnx").write_bytes(b"x")
    clean_shelf(shelf)
    assert names(shelf) == sorted([mine.name, "export-1-x", ".export-notes"])
    assert staging_prefix().startswith(f".export-{os.getpid()}-")


@pytest.mark.parametrize("content", [b'["../photo.jpg"]', b'["/etc/passwd"]', b"[", b"{}", b"[3]"])
def test_a_journal_of_somebody_else_deletes_nothing(
    tmp_path: Path, shelf: Path, content: bytes
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"mine")
    journal = shelf / f".{dead_writer()}.shelving"
    journal.write_bytes(content)
    clean_shelf(shelf)
    assert (tmp_path / "photo.jpg").exists()
    assert not journal.exists()


def test_a_card_that_cannot_be_read_protects_its_files(tmp_path: Path, shelf: Path) -> None:
    (shelf / "odd.json").write_bytes(b'{"file": "odd.onnx", damaged')
    (shelf / "odd.onnx").write_bytes(b"x")
    (shelf / f".{dead_writer()}.shelving").write_bytes(b'["odd.onnx"]')
    clean_shelf(shelf)
    assert (shelf / "odd.onnx").exists()


def test_a_folder_that_is_not_there_or_locked_is_no_error(tmp_path: Path) -> None:
    clean_shelf(tmp_path / "gone")
    (tmp_path / "file").write_bytes(b"x")
    clean_shelf(tmp_path / "file")
    assert shelving.staging_prefix()

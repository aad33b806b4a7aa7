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

from engine.catalog import installing
from engine.catalog.card import ModelCard, Variant
from engine.catalog.card_file import read_card, write_card
from engine.catalog.catalog import Catalog, ModelFolder, Origin
from engine.catalog.installing import clean_model_folder, install_model, staging_prefix
from engine.catalog.model_file import check_hash
from engine.core.errors import ModelError, OutputError
from engine.core.file_hash import hash_file
from tests.helpers.tiny_models import model_file, tiny_card, tiny_dial
from tests.helpers.tiny_onnx import write_tiny_onnx


def network(folder: Path, seed: int, *, name: str = "net") -> tuple[ModelCard, Path]:
    """Return a card and the file that it describes, outside of any folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = write_tiny_onnx(folder / f"source-{seed}.onnx", seed=seed)
    variant = Variant(
        precision="fp32",
        files=(msgspec.structs.replace(model_file(path), file=f"{name}.onnx"),),
    )
    return msgspec.structs.replace(tiny_card(model_id=name), variants=(variant,)), path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_network_is_put_under_its_own_name(tmp_path: Path, folder: Path) -> None:
    card, path = network(tmp_path, 0)
    assert install_model(card, {"net.onnx": path}, folder) == card
    assert names(folder) == ["net.json", "net.onnx"]
    assert check_hash(card.files[0], folder).read_bytes() == path.read_bytes()


def test_a_network_that_is_replaced_goes_and_the_new_one_is_whole(
    tmp_path: Path, folder: Path
) -> None:
    for seed in (0, 1, 2, 1):
        card, path = network(tmp_path, seed)
        put = install_model(card, {"net.onnx": path}, folder)
        assert read_card(folder / "net.json") == put
        assert check_hash(put.files[0], folder).read_bytes() == path.read_bytes()
        assert len(names(folder)) == 2


def test_the_same_network_again_changes_nothing(tmp_path: Path, folder: Path) -> None:
    card, path = network(tmp_path, 0)
    first = install_model(card, {"net.onnx": path}, folder)

    assert install_model(card, {"net.onnx": path}, folder) == first
    assert names(folder) == ["net.json", "net.onnx"]


def test_a_file_of_somebody_else_is_neither_replaced_nor_deleted(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "net.onnx").write_bytes(b"mine")
    for seed in (0, 1):
        card, path = network(tmp_path, seed)
        put = install_model(card, {"net.onnx": path}, folder)
        assert put.files[0].file == f"net-{put.files[0].sha256[:8]}.onnx"
    assert (folder / "net.onnx").read_bytes() == b"mine"
    assert len(names(folder)) == 3


def test_a_file_that_another_card_names_is_kept(tmp_path: Path, folder: Path) -> None:
    card, path = network(tmp_path, 0)
    install_model(card, {"net.onnx": path}, folder)
    (folder / "copy.json").write_bytes((folder / "net.json").read_bytes())
    newer, newer_path = network(tmp_path, 1)
    install_model(newer, {"net.onnx": newer_path}, folder)
    assert (folder / "net.onnx").read_bytes() == path.read_bytes()


def test_only_free_names_are_taken(tmp_path: Path, folder: Path) -> None:
    card, path = network(tmp_path, 0)
    hashed = f"net-{card.files[0].sha256[:8]}"
    (folder / "net.onnx").symlink_to(tmp_path / "nowhere")
    (folder / f"{hashed}.onnx").write_bytes(b"mine")
    (folder / f"{hashed}-2.onnx").mkdir()
    put = install_model(card, {"net.onnx": path}, folder)
    assert put.files[0].file == f"{hashed}-3.onnx"
    assert (folder / "net.onnx").is_symlink()
    assert (folder / f"{hashed}.onnx").read_bytes() == b"mine"


def test_a_file_that_a_replaced_card_only_claims_is_kept(tmp_path: Path, folder: Path) -> None:
    card, _ = network(tmp_path, 0)
    claim = msgspec.structs.replace(card.files[0], file="holiday.png")
    variant = msgspec.structs.replace(card.variants[0], files=(claim,))
    write_card(msgspec.structs.replace(card, variants=(variant,)), folder / "net.json")
    (folder / "holiday.png").write_bytes(b"a photo")
    newer, newer_path = network(tmp_path, 1)
    install_model(newer, {"net.onnx": newer_path}, folder)
    assert (folder / "holiday.png").read_bytes() == b"a photo"


def test_an_input_outlives_the_network_that_it_belonged_to(tmp_path: Path, folder: Path) -> None:
    card, path = network(tmp_path, 0)
    install_model(card, {"net.onnx": path}, folder)
    newer, newer_path = network(tmp_path, 1)
    (tmp_path / "linked").symlink_to(folder)
    install_model(
        newer, {"net.onnx": newer_path}, folder, inputs=[tmp_path / "linked" / "net.onnx"]
    )
    assert (folder / "net.onnx").read_bytes() == path.read_bytes()


def test_a_source_in_the_folder_itself_is_kept_when_its_card_cannot_be_written(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, path = network(tmp_path, 0)
    mine = path.rename(folder / "net.onnx")

    def fail(*_: object) -> None:
        raise OutputError("the disk is full")

    monkeypatch.setattr(installing, "write_card", fail)
    with pytest.raises(OutputError):
        install_model(card, {"net.onnx": mine}, folder)
    assert names(folder) == ["net.onnx"]


def test_a_source_that_is_not_what_the_card_says_is_refused(tmp_path: Path, folder: Path) -> None:
    card, path = network(tmp_path, 0)
    path.write_bytes(b"x" * card.files[0].bytes)
    with pytest.raises(ModelError, match="was changed"):
        install_model(card, {"net.onnx": path}, folder)
    assert names(folder) == []


def test_all_corners_of_a_dial_are_installed_and_renamed_where_their_names_are_taken(
    tmp_path: Path, folder: Path
) -> None:
    source = tiny_dial(tmp_path)
    sources = {file.file: tmp_path / file.file for file in source.card.files}
    taken = source.card.files[1].file
    (folder / taken).write_bytes(b"mine")

    put = install_model(source.card, sources, folder)

    assert len(names(folder)) == 6
    for before, after in zip(source.card.files, put.files, strict=True):
        assert (before.restoration, before.fidelity) == (after.restoration, after.fidelity)
        assert check_hash(after, folder).read_bytes() == sources[before.file].read_bytes()
        assert (before.file == after.file) == (before.file != taken)
    assert (folder / taken).read_bytes() == b"mine"


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
    whole = {old.files[0].sha256, new.files[0].sha256}
    for moment in range(1, 30):
        folder = tmp_path / f"folder-{moment}"
        folder.mkdir()
        if not is_new:
            install_model(old, {"net.onnx": old_path}, folder)
        is_killed = False
        with monkeypatch.context() as patch:
            die_at(moment, patch)
            try:
                install_model(new, {"net.onnx": new_path}, folder)
            except Killed:
                is_killed = True
        catalog = Catalog([ModelFolder(folder=folder, origin=Origin.IMPORTED)])
        assert not catalog.broken
        for card in catalog.list():
            assert hash_file(check_hash(card.files[0], folder)) in whole
        assert is_new or len(catalog.list()) == 1
        assert len(names(folder)) == 2 * len(catalog.list())
        if not is_killed:
            assert moment > 4
            return
    pytest.fail("it never finished")


def dead_writer() -> str:
    """Return the name of something that a process which is gone has begun."""
    code = "from engine.core.leftovers import writer_name; print(writer_name())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_only_folders_of_dead_processes_are_cleaned(folder: Path) -> None:
    mine = folder / f"{staging_prefix()}abc"
    theirs = folder / f".export-{dead_writer()}-abc"
    for made in (mine, theirs, folder / "export-1-x", folder / ".export-notes"):
        made.mkdir()
        (made / "weights.onnx").write_bytes(b"x")
    clean_model_folder(folder)
    assert names(folder) == sorted([mine.name, "export-1-x", ".export-notes"])
    assert staging_prefix().startswith(f".export-{os.getpid()}-")


@pytest.mark.parametrize("suffix", ["installing", "shelving"])
def test_files_of_a_killed_install_go_also_if_an_earlier_version_began_it(
    folder: Path, suffix: str
) -> None:
    (folder / "half.onnx").write_bytes(b"x")
    (folder / "mine.onnx").write_bytes(b"x")
    (folder / f".{dead_writer()}.{suffix}").write_bytes(b'["half.onnx"]')

    clean_model_folder(folder)

    assert names(folder) == ["mine.onnx"]


@pytest.mark.parametrize("content", [b'["../photo.jpg"]', b'["/etc/passwd"]', b"[", b"{}", b"[3]"])
def test_a_journal_of_somebody_else_deletes_nothing(
    tmp_path: Path, folder: Path, content: bytes
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"mine")
    journal = folder / f".{dead_writer()}.installing"
    journal.write_bytes(content)
    clean_model_folder(folder)
    assert (tmp_path / "photo.jpg").exists()
    assert not journal.exists()


def test_a_card_that_cannot_be_read_protects_its_files(tmp_path: Path, folder: Path) -> None:
    (folder / "odd.json").write_bytes(b'{"file": "odd.onnx", damaged')
    (folder / "odd.onnx").write_bytes(b"x")
    (folder / f".{dead_writer()}.installing").write_bytes(b'["odd.onnx"]')
    clean_model_folder(folder)
    assert (folder / "odd.onnx").exists()


def test_a_folder_that_is_not_there_or_locked_is_no_error(tmp_path: Path) -> None:
    clean_model_folder(tmp_path / "gone")
    (tmp_path / "file").write_bytes(b"x")
    clean_model_folder(tmp_path / "file")
    assert installing.staging_prefix()

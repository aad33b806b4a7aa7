from __future__ import annotations

from engine.data.manifest import PhotoRecord, describe_changes, hash_records


def record(name: str, sha256: str = "a", lr_sha256: str | None = None) -> PhotoRecord:
    return PhotoRecord(name=name, sha256=sha256, lr_sha256=lr_sha256)


def test_the_same_photos_have_no_changes() -> None:
    photos = [record("1.png"), record("2.png", "b", "c")]

    assert describe_changes(photos, list(photos)) == ""


def test_missing_new_and_changed_photos_are_named() -> None:
    before = [record("gone.png"), record("edited.png"), record("same.png")]
    now = [record("edited.png", "b"), record("same.png"), record("added.png")]

    assert describe_changes(before, now) == (
        "1 missing (gone.png); 1 new (added.png); 1 changed (edited.png)"
    )


def test_long_lists_are_cut() -> None:
    now = [record(f"{number}.png") for number in range(5)]

    assert describe_changes([], now, shown=2) == "5 new (0.png, 1.png, ...)"


def test_the_hash_depends_on_names_contents_and_order() -> None:
    photos = [record("1.png"), record("2.png", "b")]
    hashes = {
        hash_records(photos),
        hash_records(photos[::-1]),
        hash_records([record("1.png"), record("2.png", "c")]),
        hash_records([record("1.png"), record("3.png", "b")]),
        hash_records([record("1.png"), record("2.png", "b", "c")]),
    }

    assert len(hashes) == 5
    assert hash_records(list(photos)) in hashes

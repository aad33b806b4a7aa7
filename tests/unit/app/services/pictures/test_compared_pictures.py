from __future__ import annotations

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import PictureLevels
from tests.helpers.viewer_pictures import GrayPicture


def _never(_picture: PictureLevels) -> bool:
    return False


def _always(_picture: PictureLevels) -> bool:
    return True


def test_the_pictures_before_are_seen_until_the_new_ones_are_loaded() -> None:
    old = ComparedPictures(before=GrayPicture(), after=GrayPicture())
    new = ComparedPictures(before=GrayPicture(), after=GrayPicture())

    placed = new.in_place_of(old, is_here=_always)

    assert (placed.old_before, placed.old_after) == (old.before, old.after)


def test_a_picture_that_stays_needs_no_other_in_its_place() -> None:
    before = GrayPicture()
    old = ComparedPictures(before=before, after=GrayPicture())

    placed = ComparedPictures(before=before, after=GrayPicture()).in_place_of(old, is_here=_always)

    assert placed.old_before is None
    assert placed.old_after is old.after


def test_after_two_quick_changes_the_one_that_was_seen_last_stays() -> None:
    seen, skipped, new = (
        ComparedPictures(before=GrayPicture(), after=GrayPicture()) for _ in range(3)
    )

    placed = new.in_place_of(skipped.in_place_of(seen, is_here=_always), is_here=_never)

    assert (placed.old_before, placed.old_after) == (seen.before, seen.after)


def test_after_two_slow_changes_the_second_one_is_seen() -> None:
    first, second, new = (
        ComparedPictures(before=GrayPicture(), after=GrayPicture()) for _ in range(3)
    )

    placed = new.in_place_of(second.in_place_of(first, is_here=_always), is_here=_always)

    assert (placed.old_before, placed.old_after) == (second.before, second.after)


def test_nothing_is_seen_in_the_place_of_nothing() -> None:
    old = ComparedPictures(before=GrayPicture(), after=GrayPicture())

    assert (
        ComparedPictures(before=GrayPicture()).in_place_of(old, is_here=_always).old_after is None
    )

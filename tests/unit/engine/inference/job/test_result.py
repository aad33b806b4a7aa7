"""Tests of giving a result its name, or skipping it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.atomic_file import temporary_part
from engine.core.cancellation import CancelToken
from engine.core.errors import OutputError, UnexpectedError
from engine.core.file_guard import FileGuard
from engine.inference.job.naming import Collision, ResultName
from engine.inference.job.plan import PhotoPlan
from engine.inference.job.result import PhotoResult, make_result
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.upscale_photo import UpscaleReport
from tests.helpers.plans import bare_plan, bare_report


class Writer:
    """Writes a few bytes as the result; what ``during`` does happens before it has its name."""

    def __init__(self, during: Callable[[PhotoPlan], None] = lambda _plan: None) -> None:
        self._during = during

    def run(self, plan: PhotoPlan, name: ResultName, token: CancelToken) -> UpscaleReport:
        token.check()
        with temporary_part(name.path) as part:
            part.write_bytes(b"result")
            self._during(plan)
            name.publish(part)
        return bare_report(plan)


def plan_of(folder: Path, collision: Collision = Collision.NUMBER) -> PhotoPlan:
    photo = folder / "photo.png"
    photo.write_bytes(b"original")
    settings = UpscaleSettings(models=(), collision=collision)
    return bare_plan(photo, settings, folder / "new" / "result.png")


def make(plan: PhotoPlan, writer: Writer | None = None) -> PhotoResult:
    guard = FileGuard([plan.photo])
    return make_result(plan, writer or Writer(), guard=guard, token=CancelToken())


def test_the_folder_is_made_and_the_result_announced_before_it_has_its_name(
    tmp_path: Path,
) -> None:
    plan = plan_of(tmp_path)
    announced: list[tuple[bytes, Path, bool]] = []

    result = make_result(
        plan,
        Writer(),
        guard=FileGuard([plan.photo]),
        token=CancelToken(),
        announce=lambda part, path: announced.append((part.read_bytes(), path, path.exists())),
    )

    assert result.report is not None
    assert result.path == plan.output
    assert plan.output.read_bytes() == b"result"
    assert announced == [(b"result", plan.output, False)]


def test_a_taken_name_is_numbered_kept_or_replaced_as_asked(tmp_path: Path) -> None:
    for collision, name, content in (
        (Collision.NUMBER, "result-2.png", b"old"),
        (Collision.SKIP, "result.png", b"old"),
        (Collision.REPLACE, "result.png", b"result"),
    ):
        folder = tmp_path / collision.value
        folder.mkdir()
        plan = plan_of(folder, collision)
        plan.output.parent.mkdir()
        plan.output.write_bytes(b"old")

        result = make(plan)

        assert result.path.name == name
        assert (result.report is None) == (collision is Collision.SKIP)
        assert plan.output.read_bytes() == content


@pytest.mark.parametrize("collision", list(Collision))
def test_a_file_that_appears_during_the_work_is_kept_unless_it_may_be_replaced(
    tmp_path: Path, collision: Collision
) -> None:
    def appear(plan: PhotoPlan) -> None:
        plan.output.write_bytes(b"precious")

    plan = plan_of(tmp_path, collision)

    result = make(plan, Writer(appear))

    is_replaced = collision is Collision.REPLACE
    assert plan.output.read_bytes() == (b"result" if is_replaced else b"precious")
    assert (result.report is None) == (collision is Collision.SKIP)
    leftovers = [path for path in plan.output.parent.iterdir() if "result" not in path.name]
    assert leftovers == []


def test_whatever_goes_wrong_is_an_error_that_names_the_photo(tmp_path: Path) -> None:
    def fail(_plan: PhotoPlan) -> None:
        raise IndexError("tuple index out of range")

    with pytest.raises(UnexpectedError, match=r"photo\.png.*tuple index out of range"):
        make(plan_of(tmp_path), Writer(fail))


def test_a_result_replaces_an_earlier_one_of_its_own_photo_only(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, Collision.REPLACE)
    plan.photo.chmod(0o600)
    guard = FileGuard([plan.photo])
    plan.output.parent.mkdir()
    plan.output.write_bytes(b"of this photo")
    guard.give(plan.output, plan.photo)

    first = make_result(plan, Writer(), guard=guard, token=CancelToken())
    assert first.path == plan.output
    # As private as its photo.
    assert first.path.stat().st_mode & 0o077 == 0

    other = replace(plan, photo=tmp_path / "other.png")
    other.photo.write_bytes(b"original")
    second = make_result(other, Writer(), guard=guard, token=CancelToken())
    assert second.path.name == "result-2.png"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    plan.output.parent.write_bytes(b"a file")

    with pytest.raises(OutputError, match="new"):
        make(plan)

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.presentation.story import StoryStep
from app.presentation.story_file import read_story, story_text
from app.state.processing import ProcessingChoice
from app.state.state_files import UnusableFileError


def _steps(folder: Path) -> tuple[StoryStep, ...]:
    return tuple(
        StoryStep(photo=folder / f"{name}.jpg", choice=ProcessingChoice(model_id=name))
        for name in ("one", "two \u00fc")
    )


def test_a_story_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_text(story_text(_steps(tmp_path), tmp_path), encoding="utf-8")

    assert read_story(path) == _steps(tmp_path)


def test_a_folder_can_be_moved_with_its_photos(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    (first / "story.json").write_text(story_text(_steps(first), first), encoding="utf-8")

    first.rename(second)

    assert [step.photo.parent for step in read_story(second / "story.json")] == [second, second]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Expecting"),
        ("[]", "it is not a story"),
        ('{"kind": "mfagan-queue"}', "it is not a story"),
        ('{"kind": "mfagan-story", "version": 2}', "another version of the app"),
        ('{"kind": "mfagan-story", "version": 1}', "no list of steps"),
        (
            '{"kind": "mfagan-story", "version": 1, "steps": [{"photo": "a", "model": "m"}, 3]}',
            "step 2: a step is not an object",
        ),
        (
            '{"kind": "mfagan-story", "version": 1, "steps": [{"photo": "a.jpg"}]}',
            "step 1: its model is not named",
        ),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "story.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UnusableFileError, match=said):
        read_story(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="no such file"):
        read_story(tmp_path / "none.json")


def test_a_story_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    step = {"photo": "a.jpg", "model": "m"}
    path.write_text(json.dumps({"kind": "mfagan-story", "version": 1, "steps": [step] * 501}))

    with pytest.raises(UnusableFileError, match="more than 500 steps"):
        read_story(path)

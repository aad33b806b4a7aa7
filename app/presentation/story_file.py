"""Reads and writes files of stories: small, readable JSON that can be edited by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from app.presentation.story import MOST_STEPS, StoryStep, step_from_json, step_to_json
from app.state.state_files import UnusableFileError, read_json

SUFFIX = ".json"
_KIND = "mfagan-story"
_VERSION = 1


def story_text(steps: Sequence[StoryStep], folder: Path) -> str:
    """Return the content of a story file that lies in ``folder``."""
    content = {
        "kind": _KIND,
        "version": _VERSION,
        "steps": [step_to_json(step, folder) for step in steps],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def read_story(path: Path) -> tuple[StoryStep, ...]:
    """Return the steps of a story file.

    Raises:
        UnusableFileError: If it is missing, not a story, of a newer version, or wrong in a step;
            the message says which.
    """
    content = read_json(path)
    if content is None:
        raise UnusableFileError("there is no such file")
    if not isinstance(content, dict) or content.get("kind") != _KIND:
        raise UnusableFileError("it is not a story")
    if content.get("version") != _VERSION:
        raise UnusableFileError("it is a story of another version of the app")
    steps = content.get("steps")
    if not isinstance(steps, list):
        raise UnusableFileError("it has no list of steps")
    if len(steps) > MOST_STEPS:
        raise UnusableFileError(f"it has more than {MOST_STEPS} steps")
    found = []
    for number, step in enumerate(steps, start=1):
        try:
            found.append(step_from_json(step, path.parent))
        except (ValueError, KeyError, TypeError) as error:
            raise UnusableFileError(f"step {number}: {error}") from error
    return tuple(found)

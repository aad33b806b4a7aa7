from __future__ import annotations

import inspect
import json

import engine.api
from tests.helpers.api_surface import SURFACE_FILE, surface


def test_the_door_is_the_one_that_was_agreed_on() -> None:
    agreed = json.loads(SURFACE_FILE.read_text(encoding="utf-8"))
    assert surface() == agreed, "write the new one: python -m tests.helpers.api_surface"


def test_all_names_are_sorted_and_once() -> None:
    assert sorted(engine.api.__all__) == sorted(set(engine.api.__all__))


def test_every_class_and_function_says_what_it_is() -> None:
    named = {name: getattr(engine.api, name) for name in engine.api.__all__}
    silent = [
        name
        for name, value in named.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not inspect.getdoc(value)
    ]
    assert silent == []

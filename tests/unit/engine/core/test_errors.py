from __future__ import annotations

import inspect
import re

from engine.core import errors


def _all() -> list[type[errors.EngineError]]:
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, errors.EngineError)]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in _all()]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert all("code" in vars(kind) for kind in _all())


def test_the_tree_in_the_module_is_the_tree_of_the_classes() -> None:
    drawn: dict[str, str] = {}
    ancestors: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.fullmatch(r"( +)(\w+)", line)
        if match:
            depth = len(match[1])
            ancestors[depth] = match[2]
            drawn[match[2]] = ancestors.get(depth - 4, "Exception")

    assert drawn == {kind.__name__: kind.__bases__[0].__name__ for kind in _all()}


def test_an_unsure_range_keeps_its_candidates() -> None:
    error = errors.RangeUnsureError("which one?", ranges=((0.0, 1.0), (0.0, 255.0)))

    assert str(error) == "which one?"
    assert error.ranges == ((0.0, 1.0), (0.0, 255.0))

from __future__ import annotations

import pytest

from engine.core.errors import UnknownNameError
from engine.core.registry import Registry


@pytest.fixture
def registry() -> Registry[int]:
    things: Registry[int] = Registry("thing")
    things.add("beta", 2)
    things.add("alpha", 1)
    return things


def test_things_are_found_in_the_order_they_were_added(registry: Registry[int]) -> None:
    assert list(registry.items()) == [("beta", 2), ("alpha", 1)]
    assert len(registry) == 2


def test_an_id_is_taken_once(registry: Registry[int]) -> None:
    with pytest.raises(ValueError, match="thing 'beta' is already registered"):
        registry.add("beta", 3)

    assert registry["beta"] == 2


def test_an_unknown_id_suggests_the_closest(registry: Registry[int]) -> None:
    with pytest.raises(UnknownNameError, match=r"No thing is called 'alfa'\. Did you mean 'alpha'"):
        registry["alfa"]


def test_an_id_far_from_all_suggests_none(registry: Registry[int]) -> None:
    with pytest.raises(UnknownNameError, match=r"No thing is called 'zzz'\.$"):
        registry["zzz"]


def test_it_tells_whether_an_id_is_known(registry: Registry[int]) -> None:
    assert "beta" in registry
    assert "gamma" not in registry

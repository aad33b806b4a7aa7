from __future__ import annotations

from engine.core.suggestions import did_you_mean


def test_the_most_similar_name_is_suggested() -> None:
    assert did_you_mean("mfanett", ["span", "mfanet"]) == "Did you mean 'mfanet'?"


def test_nothing_similar_gives_the_other_sentence() -> None:
    assert did_you_mean("x", ["mfanet"], otherwise="There is mfanet.") == "There is mfanet."
    assert did_you_mean("x", []) == ""

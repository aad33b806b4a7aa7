"""Suggests the name that was probably meant, where an error names an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str = "") -> str:
    """Return the sentence that suggests the most similar of ``known`` names.

    Args:
        name: The unknown name.
        known: The names that exist.
        otherwise: Sentence to return when none is similar.
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else otherwise

"""The code and the pages speak the glossary's words, in American spelling."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Old names that are still understood, and their tests.
_ALIASES = {
    "engine/config/renamed_keys.py",
    "engine/catalog/installing.py",
    "engine/cli/commands/bench.py",
    "engine/cli/commands/models.py",
}
_FOLDERS = ("app", "engine", "packaging", "docs", "resources/recipes", "resources/comparisons")
_RETIRED = {
    "candidate": r"contestants?|contenders?",
    "model folder": r"shelf|shelving",
    "discriminator trainer, metrics": r"Judges?\b|judges\b",
    "EMA": r"averager",
    "space, candidate": r"SearchSpace|SubnetConfig|subnet config",
    "random shift": r"jitter",
    "optimizer group": r"\bplayers?\b",
    "benchmark protocol": r"\brulers?\b",
    "engine service": r"workshop",
    "learning rate": r"step size",
    "color": r"colour(?!space)",
    "license": r"licen[c]e",
    "center": r"\bcentre",
    "-ize": r"(quanti|normali|optimi|summari|minimi|generali)s(e|ed|er|ing|ation)\b",
}
_PAGES = sorted(
    path
    for folder in _FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".md", ".yaml"} and path.relative_to(ROOT).as_posix() not in _ALIASES
)


@pytest.mark.parametrize("word", _RETIRED)
def test_a_retired_word_stays_retired(word: str) -> None:
    pattern = re.compile(_RETIRED[word], re.IGNORECASE if _RETIRED[word].islower() else 0)

    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _PAGES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert found == [], f"say {word}"

from __future__ import annotations

import importlib.metadata

import pytest

from engine.core.version import DISTRIBUTION, product_version


def test_the_version_is_that_of_the_installed_distribution(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.metadata, "version", {DISTRIBUTION: "1.2.3"}.__getitem__)

    assert product_version() == "1.2.3"


def test_without_an_installation_the_version_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", fail)

    assert product_version() == "unknown"

"""A bundle to make demos of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.web_demos import tiny_bundle


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a tiny network in float32 and int8."""
    return tiny_bundle(tmp_path_factory.mktemp("bundle"), "onnx,onnx-int8")

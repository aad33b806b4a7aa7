"""Reports of errors: what they hold and what they leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.error_report import error_code, error_report
from engine.api import ConfigError


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_report_names_kind_file_device_versions_and_origin(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"12345")

    report = error_report(_raised(ConfigError("too large")), path=path, device="cpu")

    for part in ("config (ConfigError)", "photo.jpg (5 bytes)", "cpu", "ONNX Runtime", "_raised"):
        assert part in report
    assert "too large" not in report, "the dialog says it already"


def test_a_report_tells_the_cause_behind_an_error() -> None:
    error = ConfigError("too large")
    error.__cause__ = _raised(ValueError("a hidden reason"))

    report = error_report(_raised(error))

    assert report.index("a hidden reason") < report.index("ConfigError arose in")


def test_a_report_does_not_name_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/somebody"))

    report = error_report(ConfigError(""), path=Path("/home/somebody/photos/gone.jpg"))

    assert "~/photos/gone.jpg" in report
    assert "somebody" not in report


def test_an_unknown_error_is_called_unexpected() -> None:
    assert error_code(ValueError()) == "unexpected"
    assert error_code(ConfigError()) == "config"

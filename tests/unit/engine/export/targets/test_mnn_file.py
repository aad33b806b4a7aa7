from __future__ import annotations

from pathlib import Path

import pytest

from engine.export.targets.loading import load_target
from engine.export.targets.target_list import target_entry
from tests.helpers.plain_networks import plain_network


@pytest.mark.skipif(bool(target_entry("mnn").missing_packages), reason="needs the extra export")
def test_what_reports_conversions_to_a_server_is_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package in place of the one that the converter's own command would install and call.
    marker, package = tmp_path / "imported", tmp_path / "packages" / "aliyun"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f"open({str(marker)!r}, 'w').close()\n")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))

    [file] = load_target(target_entry("mnn")).export(plain_network(tmp_path, scale=2), tmp_path)

    assert (tmp_path / file.name).stat().st_size > 0
    assert not marker.exists()

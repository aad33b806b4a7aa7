from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.unit.engine.cli.conftest import RunCommand


def test_out_makes_a_bundle_with_events_and_verify_passes_it(
    tmp_path: Path, tiny: str, mfagan: RunCommand
) -> None:
    out = tmp_path / "phone.zip"

    said = mfagan(
        "export", tiny, "--to", "onnx-uint8", "--out", out, "--rounds", 1, "--threads", 1, "--json"
    )

    assert said.code == 0, said.err
    kinds = [event["event"] for event in said.events]
    assert kinds[0] == "started"
    assert kinds[-1] == "finished"
    assert [e["state"] for e in said.events if e["event"] == "target"] == ["verified"]
    checked = mfagan("export", "verify", out, "--json")
    assert checked.code == 0
    assert [event["event"] for event in checked.events] == ["checked"] * 2


def test_a_bundle_that_was_changed_is_refused_by_name(tmp_path: Path, mfagan: RunCommand) -> None:
    (tmp_path / "phone.zip").write_bytes(b"PK not a zip")

    said = mfagan("export", "verify", tmp_path / "phone.zip")

    assert said.code == 1
    assert "phone.zip" in said.err
    assert "not a zip file" in said.err


def test_targets_say_what_is_possible_for_a_model(tiny: str, mfagan: RunCommand) -> None:
    said = mfagan("export", "targets", tiny, "--json")

    targets = {target["name"]: target for target in said.events[0]["targets"]}
    assert targets["onnx"]["reason"] == ""
    assert "--calibrate" in targets["onnx-int8"]["reason"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["no-such-model", "--to", "onnx", "--out", "a.zip"], "no-such-model"),
        (["MODEL", "--to", "onxn", "--out", "a.zip"], "onxn"),
        (["MODEL", "--to", "onnx", "--out", "a.zip", "--fidelity", "0.2"], "fidelity"),
    ],
)
def test_misuse_is_named(
    tmp_path: Path,
    tiny: str,
    mfagan: RunCommand,
    words: list[str],
    named: str,
) -> None:
    places = {"MODEL": tiny, "a.zip": tmp_path / "a.zip"}

    said = mfagan("export", *(places.get(word, word) for word in words))

    assert said.code == 2
    assert named in said.err
    assert not (tmp_path / "a.zip").exists()


def test_a_bundle_of_a_model_needs_no_torch_and_a_run_says_so(
    tiny: str, mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else find(name)
    )

    assert mfagan("export", "targets", tiny).code == 0
    said = mfagan("export", "some-run", "--unmeasured")

    assert said.code == 1
    assert "mfagan-studio[train]" in said.err

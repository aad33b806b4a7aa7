"""Networks that are never exported are refused by name before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.catalog.card import ModelCard, Variant
from engine.catalog.card_file import write_card
from engine.cli.main import run
from engine.core.errors import ModelRefusedError
from engine.export.bundle.source import BundleSource, load_network
from tests.helpers.catalogs import put_model
from tests.helpers.tiny_models import model_file

Change = Callable[[onnx.ModelProto], None]


def put_changed(folder: Path, change: Change) -> Path:
    """Write a model with its card after changing its network; return the card."""
    card = put_model(folder, "tiny")
    path = folder / "tiny.onnx"
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString())
    return described(folder, card)


def described(folder: Path, card: ModelCard) -> Path:
    """Write the card of a network that was changed; return it."""
    variant = Variant(precision="fp32", files=(model_file(folder / "tiny.onnx"),))
    write_card(msgspec.structs.replace(card, variants=(variant,)), folder / "tiny.json")
    return folder / "tiny.json"


def spoil(value: float) -> Change:
    def change(model: onnx.ModelProto) -> None:
        tensor = model.graph.initializer[0]
        values = np.array(numpy_helper.to_array(tensor))
        values.flat[0] = value
        tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))

    return change


def keep_elsewhere(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")


def claim_more(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[0] = 1 << 40


def branch(model: onnx.ModelProto) -> None:
    graph = helper.make_graph([], "g", [], [])
    model.graph.node.append(
        helper.make_node("If", ["lr"], ["z"], then_branch=graph, else_branch=graph)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (spoil(float("nan")), "not numbers"),
        (spoil(float("-inf")), "not numbers"),
        (keep_elsewhere, "other file"),
        (claim_more, ""),
        (branch, "branches or loops"),
    ],
    ids=["nan", "infinite", "external data", "huge tensor", "branch"],
)
def test_a_network_that_is_never_run_is_refused_by_name(
    tmp_path: Path, own_home: Path, change: Change, words: str
) -> None:
    card = put_changed(tmp_path / "models", change)

    with pytest.raises(ModelRefusedError) as refused:
        load_network(BundleSource(name=str(card)), runs=tmp_path)

    assert str(tmp_path / "models" / "tiny.onnx") in str(refused.value)
    assert words in str(refused.value)


def test_a_file_that_is_not_onnx_is_refused_in_one_line(
    tmp_path: Path, own_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    card = put_model(folder, "tiny")
    (folder / "tiny.onnx").write_bytes(b"no network")
    path = described(folder, card)
    out = tmp_path / "out" / "x.zip"

    code = run(["export", str(path), "--to", "onnx", "--out", str(out)])

    told = capfd.readouterr().err.strip()
    assert code == 1
    assert "tiny.onnx" in told
    assert len(told.splitlines()) == 1
    assert not out.parent.exists()

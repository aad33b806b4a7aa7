"""Tests of choosing networks, precision and device before anything is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import pytest

from engine.catalog.card import Dial, Kind, ModelFile
from engine.catalog.catalog import Catalog
from engine.core.errors import ConfigError, UnknownNameError
from engine.inference.network.dial import DialPoint
from engine.inference.network.model_source import ModelSource
from engine.inference.network.providers import KNOWN_PROVIDERS
from engine.inference.network.selection import (
    plan_network,
    plan_scale,
    select_models,
)
from tests.helpers.catalogs import put_model
from tests.helpers.tiny_models import tiny_card


def source(model_id: str, *, scale: int = 2, kind: Kind = "faithful") -> ModelSource:
    """Return a model whose files do not exist: nothing may be loaded."""
    card = tiny_card(model_id=model_id, scale=scale, kind=kind, precisions=("fp32", "int8"))
    return ModelSource(card=card, folder=Path("/nowhere"))


def dial(model_id: str, *, scale: int = 4) -> ModelSource:
    """Return a dial whose files do not exist."""
    card = tiny_card(model_id=model_id, scale=scale)
    (variant,) = card.variants
    files = tuple(
        ModelFile(file=f"{r}{f}.onnx", sha256="0" * 64, bytes=1, restoration=r, fidelity=f)
        for r, f in CORNERS
    )
    variant = msgspec.structs.replace(variant, files=files)
    card = msgspec.structs.replace(card, kind=None, dial=Dial(), variants=(variant,))
    return ModelSource(card=card, folder=Path("/nowhere"))


CORNERS: tuple[tuple[Literal[0, 1], Literal[0, 1]], ...] = ((0, 0), (1, 0), (0, 1), (1, 1))
MODELS = (source("bright", kind="vivid"), source("plain"), source("large", scale=3), dial("dial"))


@pytest.mark.parametrize(
    ("restoration", "fidelity", "name", "is_vivid"),
    [
        (None, None, "dial", True),
        (None, 0.15, "dial", True),
        (0.304, None, "dial-restoration30", True),
        (None, 0.5, "dial-fidelity50", False),
        (0.0, 1.0, "dial-restoration0-fidelity100", False),
    ],
)
def test_the_dial_decides_over_name_and_look(
    restoration: float | None, fidelity: float | None, name: str, *, is_vivid: bool
) -> None:
    plan = plan_scale(MODELS, 4, restoration=restoration, fidelity=fidelity)

    assert (plan.card.id, plan.name, plan.is_vivid) == ("dial", name, is_vivid)
    assert plan.notes == ()


def test_after_the_first_pass_nothing_is_restored_and_the_fidelity_stays() -> None:
    plan = plan_scale(MODELS, 4, fidelity=0.6).after_first_pass()

    assert plan.dial is not None
    assert plan.dial.point == DialPoint(restoration=0.0, fidelity=0.6)
    plain = plan_scale(MODELS, 2)
    assert plain.after_first_pass() is plain


def test_precision_and_device_are_part_of_the_plan() -> None:
    plan = plan_scale(MODELS, 2, precision="int8", device="cpu", thread_count=3)

    assert (plan.variant.precision, plan.provider.name) == ("int8", "cpu")
    assert plan.reason == "int8: as asked for"
    assert plan.thread_count == 3


def test_a_model_without_a_dial_is_planned_with_a_note() -> None:
    plan = plan_scale(MODELS, 3, fidelity=0.4)

    assert (plan.card.id, plan.name, plan.dial) == ("large", "large", None)
    assert plan.notes == ("large has no fidelity: it had no effect",)


def test_a_network_that_restores_is_not_back_projected() -> None:
    plan = plan_scale([source("clean", scale=1)], 1, back_projection=True)

    assert not plan.is_back_projected
    assert "clean restores the photo" in plan.notes[0]
    enlarging = plan_scale(MODELS, 2, back_projection=True)
    assert (enlarging.is_back_projected, enlarging.notes) == (True, ())


def test_the_provider_is_part_of_the_plan_of_a_network() -> None:
    cuda = KNOWN_PROVIDERS[0]
    planned = plan_network(MODELS[0], provider=cuda)

    assert planned.provider is cuda
    # int8 gains no speed on it.
    assert planned.variant.precision == "fp32"
    assert plan_network(MODELS[0]).thread_count == 0


def test_without_wishes_the_first_network_runs_alone_on_all_cores() -> None:
    plan = plan_scale(MODELS, 2)

    assert plan.card.id == "bright"
    assert not plan.is_back_projected
    assert (plan.thread_count, plan.notes) == (0, ())


def test_scale_fidelity_device_and_precision_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ConfigError, match="no network of scale 8"):
        plan_scale(MODELS, 8)
    with pytest.raises(ConfigError, match="from 0 to 1"):
        plan_scale(MODELS, 2, restoration=1.5)
    with pytest.raises(UnknownNameError, match="Did you mean 'cpu'"):
        plan_scale(MODELS, 2, device="cpi")
    with pytest.raises(UnknownNameError, match="no fp16 variant"):
        plan_scale(MODELS, 2, precision="fp16")


def test_a_model_is_selected_by_its_id(own_home: Path) -> None:
    put_model(own_home / "data" / "models", "plain")
    catalog = Catalog.open_default()

    assert [s.card.id for s in select_models(catalog, "plain")] == ["plain"]
    with pytest.raises(UnknownNameError, match="plian"):
        select_models(catalog, "plian")


def test_without_a_model_every_scale_has_its_default(own_home: Path) -> None:
    catalog = Catalog.open_default()
    assert own_home.is_dir()

    models = select_models(catalog, None)

    scales = [model.card.scale for model in models]
    assert scales == sorted({card.scale for card in catalog.list()} - {1})
    assert len(scales) > 1
    assert [model.card.id for model in models] == [catalog.default(s).id for s in scales]
    assert min(scales) > 1

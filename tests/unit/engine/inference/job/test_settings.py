"""Tests of what a user decides about a result."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import msgspec
import pytest

from engine.imaging.codecs.decode import DecodeLimits
from engine.imaging.formats import OutputFormat
from engine.inference.job.naming import Collision
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.network.model_source import ModelSource
from tests.helpers.tiny_models import tiny_card, tiny_dial

SETTINGS = UpscaleSettings(
    models=(ModelSource(card=tiny_card(), folder=Path("/models")),),
    target=OutputTarget.print_size(30, unit="inch", dpi=300),
)
OTHERS = UpscaleSettings(
    models=(ModelSource(card=tiny_card(precisions=("fp32", "int8")), folder=Path("/models")),),
    target=OutputTarget.long_edge(9000),
    restoration=0.3,
    fidelity=0.5,
    back_projection=True,
    device="cuda",
    precision="fp32",
    thread_count=3,
    tile_px=64,
    output_format=OutputFormat.PNG,
    quality=7,
    bit_depth=16,
    keep_metadata=False,
    output_folder=Path("out"),
    name_template="{name}",
    output_file=Path("a.png"),
    collision=Collision.SKIP,
    decode_limits=DecodeLimits(max_pixels=9),
)
DECIDES_NO_PIXEL = {
    "device",
    "thread_count",
    "tile_px",
    "output_folder",
    "name_template",
    "output_file",
    "collision",
    "decode_limits",
}
"""Settings that a batch may be resumed with another value of."""


def test_the_fingerprint_has_the_form_of_records_of_older_versions() -> None:
    assert SETTINGS.fingerprint() == (
        f'[[["{"0" * 64}"]],["print",9000,300],[null,false,"auto"],[null,92,null,true]]'
    )


@pytest.mark.parametrize("name", [field.name for field in fields(UpscaleSettings)])
def test_the_fingerprint_holds_what_decides_over_the_result(name: str) -> None:
    other = replace(SETTINGS, **{name: getattr(OTHERS, name)})

    assert other != SETTINGS
    is_equal = other.fingerprint() == SETTINGS.fingerprint()
    assert is_equal == (name in DECIDES_NO_PIXEL)


def test_the_fingerprint_of_a_dial_holds_all_corners_and_what_its_values_mean(
    tmp_path: Path,
) -> None:
    source = tiny_dial(tmp_path)
    dial = replace(SETTINGS, models=(source,))
    text = dial.fingerprint()

    assert all(file.sha256 in text for file in source.card.files)
    # Values of one network are equal, also if they are not written alike.
    assert (
        replace(dial, restoration=0.3).fingerprint()
        == replace(dial, restoration=0.301).fingerprint()
    )
    assert source.card.dial is not None
    louder = msgspec.structs.replace(source.card.dial, default_fidelity=0.5)
    card = msgspec.structs.replace(source.card, dial=louder)
    other = replace(dial, models=(ModelSource(card=card, folder=tmp_path),))
    assert other.fingerprint() != text


def test_scales_are_those_of_the_models() -> None:
    large = ModelSource(card=tiny_card(scale=3), folder=Path("/models"))
    assert replace(SETTINGS, models=(*SETTINGS.models, large)).scales == {2, 3}

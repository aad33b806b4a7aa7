from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.catalog.card_file import encode_card
from engine.config.parts import TeacherRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import BadCardError, ConfigError
from engine.core.images import ImageU8
from engine.data.teacher_pictures import PictureMaker
from engine.probing.importing import ImportRequest, describe_network
from engine.probing.process import probe_network
from engine.training.onnx_teacher import check_onnx_teacher, onnx_picture_maker
from tests.helpers.onnx_teachers import teacher_picture, teacher_recipe, write_teacher
from tests.helpers.tiny_onnx import write_folding_onnx, write_tiny_onnx


def maker_of(recipe: TeacherRecipe) -> PictureMaker:
    return onnx_picture_maker(recipe, device="cpu", threads=1)


def enlarged(recipe: TeacherRecipe, lr: ImageU8) -> ImageU8:
    return maker_of(recipe).enlarge(lr, CancelToken())


@pytest.fixture
def lr() -> ImageU8:
    return np.random.default_rng(1).integers(0, 256, (21, 34, 3), dtype=np.uint8)


@pytest.mark.parametrize("self_ensemble", [False, True])
def test_the_picture_is_what_the_network_makes(
    tmp_path: Path, lr: ImageU8, *, self_ensemble: bool
) -> None:
    path = write_teacher(tmp_path / "big.onnx")

    made = enlarged(teacher_recipe(path, self_ensemble=self_ensemble), lr)

    assert np.array_equal(made, teacher_picture(lr))


def test_a_self_ensemble_has_no_preferred_direction(tmp_path: Path, lr: ImageU8) -> None:
    path = write_tiny_onnx(tmp_path / "big.onnx", strength=0.5)
    one, eight = teacher_recipe(path), teacher_recipe(path, self_ensemble=True)
    mirrored = np.ascontiguousarray(lr[:, ::-1])

    assert np.array_equal(enlarged(eight, mirrored)[:, ::-1], enlarged(eight, lr))
    assert not np.array_equal(enlarged(one, mirrored)[:, ::-1], enlarged(one, lr))


def test_a_network_that_takes_even_sides_only_is_padded(tmp_path: Path, lr: ImageU8) -> None:
    path = write_folding_onnx(tmp_path / "even.onnx")

    assert enlarged(teacher_recipe(path), lr).shape == (42, 68, 3)


def test_the_value_range_is_detected_or_asked_for(tmp_path: Path, lr: ImageU8) -> None:
    path = write_tiny_onnx(tmp_path / "big.onnx", strength=0.01)
    named = enlarged(teacher_recipe(path), lr)

    assert np.array_equal(enlarged(teacher_recipe(path, value_range=None), lr), named)


def test_a_card_beside_the_file_says_how_it_is_run(tmp_path: Path, lr: ImageU8) -> None:
    path = write_teacher(tmp_path / "big.onnx")
    probe = probe_network(path, value_range=(0, 1))
    card = describe_network(ImportRequest(path=path, value_range=(0, 1)), probe, model_id="big")
    # Black at -1 and white at 1: the network's gain darkens around the middle then.
    signed = msgspec.structs.replace(
        card,
        input=msgspec.structs.replace(card.input, range=(-1.0, 1.0)),
        output=msgspec.structs.replace(card.output, range=(-1.0, 1.0)),
    )
    plain = maker_of(teacher_recipe(path, value_range=None)).key
    (tmp_path / "big.json").write_bytes(encode_card(signed))

    recipe = teacher_recipe(path, value_range=None)

    wanted = np.rint((lr.repeat(2, 0).repeat(2, 1) - 127.5) * 0.75 + 127.5)
    assert np.abs(enlarged(recipe, lr) - wanted).max() <= 1
    # Other values of black and white make other pictures.
    assert maker_of(recipe).key != plain


def test_another_json_file_beside_it_is_not_about_the_network(tmp_path: Path, lr: ImageU8) -> None:
    path = write_teacher(tmp_path / "big.onnx")
    (tmp_path / "big.json").write_text(json.dumps({"mine": 1}))

    check_onnx_teacher(teacher_recipe(path), scale=2)


def test_a_card_of_another_file_of_that_name_is_refused(tmp_path: Path) -> None:
    path = write_teacher(tmp_path / "big.onnx")
    request = ImportRequest(path=path, value_range=(0, 1))
    card = describe_network(request, probe_network(path, value_range=(0, 1)), model_id="big")
    (tmp_path / "big.json").write_bytes(encode_card(card))
    write_teacher(path, gain=0.5)

    with pytest.raises(BadCardError, match="not what its card describes"):
        check_onnx_teacher(teacher_recipe(path, value_range=None), scale=2)


def test_the_key_follows_all_that_a_picture_depends_on(tmp_path: Path) -> None:
    path, other = write_teacher(tmp_path / "a.onnx"), write_teacher(tmp_path / "b.onnx", gain=0.5)
    copy = write_teacher(tmp_path / "copy.onnx")
    recipes = [
        teacher_recipe(path),
        teacher_recipe(other),
        teacher_recipe(path, self_ensemble=True),
        teacher_recipe(path, value_range=(0, 255)),
    ]

    assert len({maker_of(recipe).key for recipe in recipes}) == len(recipes)
    assert maker_of(teacher_recipe(copy)).key == maker_of(recipes[0]).key


@pytest.mark.parametrize("scale", [3, 4])
def test_a_student_of_another_scale_is_refused(tmp_path: Path, scale: int) -> None:
    path = write_teacher(tmp_path / "big.onnx")

    with pytest.raises(ConfigError, match=rf"by 2 but the student by {scale}; .*scale=2"):
        check_onnx_teacher(teacher_recipe(path), scale=scale)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.onnx: there is no such file"):
        check_onnx_teacher(teacher_recipe(tmp_path / "gone.onnx"), scale=2)

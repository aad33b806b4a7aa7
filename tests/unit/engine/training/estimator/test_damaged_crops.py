from __future__ import annotations

import numpy as np

from engine.core.restoration_scale import jpeg_error_levels, restoration_of
from engine.training.estimator.damaged_crops import HR_PX, KINDS, CropMaker, joined
from tests.helpers.damaged_crops import some_crops
from tests.helpers.leaf_pictures import leaf_picture


def test_each_crop_has_features_and_damage() -> None:
    crops = some_crops()

    assert crops.features.shape == (60, 56)
    assert np.isfinite(crops.features).all()
    assert crops.is_drawn.tolist() == [False] * 36 + [True] * 24
    assert set(crops.kinds) == set(KINDS)


def test_the_value_follows_from_the_damage() -> None:
    damage = some_crops().damage

    expected = restoration_of(
        noise_levels=damage.noise, blur_levels=damage.blur, jpeg_levels=damage.jpeg
    )
    np.testing.assert_allclose(damage.restoration, expected, atol=1e-6)
    assert damage.restoration.min() == 0
    assert damage.restoration.max() > 0.5


def test_a_clean_crop_has_no_damage_but_that_of_being_saved_again() -> None:
    crops = some_crops()
    clean = np.asarray(crops.kinds) == "clean"
    saved_again = ~np.isnan(crops.jpeg_quality)

    for damage in (crops.damage.noise, crops.damage.blur):
        assert (damage[clean] == 0).all()
    assert (crops.damage.jpeg[clean & ~saved_again] == 0).all()
    assert (crops.damage.jpeg[clean & saved_again] >= 0).all()


def test_a_stated_quality_is_not_better_than_the_damage() -> None:
    crops = some_crops()
    stated = ~np.isnan(crops.jpeg_quality)

    assert 10 < stated.sum() < 50
    least = jpeg_error_levels(crops.jpeg_quality[stated])
    assert (crops.damage.jpeg[stated] >= least - 1e-3).all()


def test_one_seed_gives_the_same_crops_and_another_seed_others() -> None:
    photo = leaf_picture(height=HR_PX, width=HR_PX)

    def features(seed: int) -> np.ndarray:
        return CropMaker(seed=seed).of_photos([photo], per_photo=4).features

    np.testing.assert_array_equal(features(1), features(1))
    assert not np.array_equal(features(1), features(2))


def test_crops_of_one_photo_do_not_depend_on_the_photos_after_it() -> None:
    photos = [leaf_picture(height=HR_PX, width=HR_PX, seed=seed) for seed in range(2)]
    maker = CropMaker(seed=3)

    both, first = (maker.of_photos(some, per_photo=2) for some in (photos, photos[:1]))

    np.testing.assert_array_equal(both.features[:2], first.features)


def test_joined_crops_keep_their_order() -> None:
    crops = some_crops()

    twice = joined([crops, crops])

    assert twice.kinds == crops.kinds * 2
    np.testing.assert_array_equal(twice.features[60:], crops.features)
    np.testing.assert_array_equal(twice.damage.noise[60:], crops.damage.noise)
    np.testing.assert_array_equal(twice.is_drawn[60:], crops.is_drawn)


def test_plain_areas_lose_nothing_by_blur() -> None:
    drawn = CropMaker(seed=5).of_drawings(60)

    # Areas without edges, by the spread of their finest band.
    is_flat = drawn.features[:, 16] < -3
    clean_or_untold = np.isnan(drawn.jpeg_quality)
    assert is_flat.any()
    assert (drawn.damage.jpeg[is_flat & clean_or_untold] == 0).mean() > 0.5


def test_photos_may_be_exactly_as_large_as_needed() -> None:
    photo = leaf_picture(height=HR_PX, width=HR_PX)

    assert len(CropMaker(seed=0).of_photos([photo], per_photo=1).kinds) == 1

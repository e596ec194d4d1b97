"""Checks of anomaly maps, and of scores that are taken from them."""

import numpy as np
from numpy.testing import assert_allclose
from PIL import Image

from pyod_ssad.checks._asserting import require, require_raises


def check_maps_have_the_resolution_of_arrays(subject):
    """A map is as large as an array's image, and `image_size` for other forms."""
    clf = subject.fit_tiny()
    rng = np.random.default_rng(1)
    arrays = rng.random((3, 20, 12, 3), dtype=np.float32)
    pictures = [Image.fromarray(np.uint8(255 * array)) for array in arrays]
    for X, sides in ((arrays, (20, 12)), (pictures, (16, 16))):
        maps = clf.anomaly_map(X)
        require(
            maps.shape == (3, *sides) and maps.dtype == np.float32,
            f"Got maps of shape {maps.shape} and dtype {maps.dtype}; wanted "
            f"{(3, *sides)} and float32.",
        )
        require(np.isfinite(maps).all(), "Maps are not finite.")


def check_maps_do_not_depend_on_the_batch(subject):
    """An image's map is the same alone and among others."""
    clf, X = subject.fitted, subject.textures.X_test[:6]
    maps = clf.anomaly_map(X)
    assert_allclose(clf.anomaly_map(X[2:3]), maps[2:3], rtol=1e-3, atol=1e-3)


def check_a_planted_defect_is_where_the_map_is_high(subject):
    """The map of a good brick with a white square is high in the square."""
    clf, data = subject.fitted, subject.textures
    X = data.X_test[data.y_test == 0][:8].copy()
    inside = np.zeros(X.shape[1:3], dtype=bool)
    inside[6:14, 16:24] = True
    X[:, inside] = np.iinfo(X.dtype).max if X.dtype.kind == "u" else 1.0
    maps = clf.anomaly_map(X)
    high, usual = maps[:, inside].mean(), np.percentile(maps[:, ~inside], 75)
    require(
        high > usual,
        f"Maps are {high:.3g} in a white square, and below {usual:.3g} in three "
        "quarters of the image outside of it; wanted more inside.",
    )


def check_scores_from_maps_are_those_of_patches(subject):
    """``score_from`` takes the most anomalous patches, percent or one, of a map."""
    X = subject.tiny_images
    # A density of whole images, where one was chosen, is refused.
    usual = {"density": type(subject.detector).density}
    for score_from in ("map_top", "map_max"):
        clf = subject.fit_tiny(score_from=score_from, **usual)
        scores = np.sort(clf.patch_scores(X).reshape(len(X), -1), axis=1)
        n = max(1, round(scores.shape[1] / 100)) if score_from == "map_top" else 1
        expected = scores[:, -n:].mean(axis=1)
        assert_allclose(clf.decision_function(X), expected, rtol=1e-6)
    clf = subject.make_tiny(score_from="map")
    require_raises(ValueError, "score_from must be", subject.fit, clf, X)

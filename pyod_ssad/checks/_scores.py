"""Checks that a detector learns, and that its scores mean something."""

import warnings

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from pyod_ssad.calibration.folds import split
from pyod_ssad.checks._asserting import require
from pyod_ssad.densities import build_density, score
from pyod_ssad.seeding import draw_seed

ROUNDING = {"rtol": 1e-4, "atol": 1e-4}


def check_training_scores_are_out_of_fold(subject):
    """``decision_scores_`` come from densities that have not seen the images."""
    X, clf = subject.tiny_images, subject.fit_tiny()
    make_density, R = _second_stage(clf, X, X)
    expected = np.empty(len(X))
    for fold in split(len(X), 5, draw_seed(0)):
        density = make_density().fit(np.delete(R, fold, axis=0))
        expected[fold] = score(density, R[fold])
    assert_allclose(clf.decision_scores_, expected, rtol=1e-9)


def check_new_good_images_are_not_flagged(subject):
    """Of new good images, fewer are flagged than by scores of what was learned from."""
    data, clf = subject.textures, subject.fitted
    scores = clf.decision_function(data.X_test)[data.y_test == 0]
    seen = np.percentile(clf.decision_function(data.X_train), 90)
    flagged, expected = np.mean(scores > clf.threshold_), np.mean(scores > seen)
    require(
        flagged < 0.45 and flagged <= max(expected, 0.2),
        f"{flagged:.2f} of new good images were flagged; wanted less than 0.45 at a "
        f"contamination of 0.1, and no more than the {expected:.2f} that in-sample "
        "scores flag.",
    )


def check_calibration_takes_over_other_scores(subject):
    """`calibrate` sets scores, threshold and labels by images that are handed in."""
    clf, X = subject.fit_tiny(), subject.tiny_images[:9] * 0.5
    scores = clf.decision_function(X)
    require(clf.calibrate(X) is clf, "calibrate has not returned the detector.")
    assert_array_equal(clf.decision_scores_, scores)
    assert_allclose(clf.threshold_, np.percentile(scores, 90), rtol=0)
    assert_array_equal(clf.labels_, (scores > clf.threshold_).astype(int))
    assert_array_equal(clf.decision_function(X), scores)


def check_p_values_count_the_scores_above(subject):
    """P-values are the share of calibration scores that are at least as high."""
    clf, X = subject.fitted, subject.textures.X_test
    scores = clf.decision_function(X)
    seen = clf.decision_scores_
    expected = [(1 + (seen >= score).sum()) / (1 + len(seen)) for score in scores]
    assert_allclose(clf.p_values(X), expected, rtol=1e-12)


def check_moved_data_warn(subject):
    """`predict` and `p_values` warn where most images are beyond all that was seen."""
    clf, X = subject.fit_tiny(), subject.tiny_images
    clf._become(
        {"decision_scores_": clf.decision_function(X).min() - np.arange(1.0, 9.0)}
    )
    for method in (clf.predict, clf.p_values):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            method(X)
        words = [str(warning.message) for warning in caught]
        require(
            any("12 of 12" in text and "moved" in text for text in words),
            f"{method.__name__} has warned of {words}; wanted that the data moved.",
        )


def check_scores_do_not_depend_on_the_batch_or_the_order(subject):
    """An image's score is the same alone, among others, and in another order."""
    clf, X = subject.fitted, subject.textures.X_test[:20]
    together = clf.decision_function(X)
    alone = [clf.decision_function(image[None])[0] for image in X]
    assert_allclose(alone, together, **ROUNDING)
    assert_allclose(clf.decision_function(X[::-1])[::-1], together, **ROUNDING)


def check_embeddings_are_of_unit_length(subject):
    """`transform` returns unit-length float32 embeddings."""
    Z = subject.fitted.transform(subject.textures.X_test)
    require(Z.dtype == np.float32, f"Got {Z.dtype} embeddings; wanted float32.")
    assert_allclose(np.linalg.norm(Z, axis=1), 1, rtol=1e-5)


def check_scores_are_those_of_the_second_stage(subject):
    """The density is fitted on what it sees of the training images, as they are."""
    X, new = subject.textures.X_train, subject.textures.X_test
    make_density, R = _second_stage(subject.fitted, X, np.concatenate([X, new]))
    expected = score(make_density().fit(R[: len(X)]), R[len(X) :])
    assert_allclose(subject.fitted.decision_function(new), expected, rtol=1e-9)
    spread = np.ptp(expected) / np.abs(expected).mean()
    require(spread > 0.01, "The scores are all the same.")


def check_a_gaussian_of_the_embeddings_can_score(subject):
    """Whatever a detector scores by itself, the two-stage scores are to be had."""
    X, clf = subject.tiny_images, subject.fit_tiny(density="gaussian")
    density = build_density("gaussian").fit(clf.transform(X))
    expected = score(density, clf.transform(X))
    assert_allclose(clf.decision_function(X), expected, rtol=1e-9)


def _second_stage(clf, seen, X):
    """Return what makes a density, after training images, and what it sees of X."""
    stage = clf._fitted_stage(draw_seed(0))
    data = clf._check_images(seen).load(slice(None), clf.image_size_)
    stage.observe(clf.network_, data, clf._make_plan())
    return stage.make_density, clf._represent(stage, X)

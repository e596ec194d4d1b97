"""Checks that a detector learns, and that its scores mean something."""

import warnings

import numpy as np
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import roc_auc_score

from pyod_ssad.calibration.folds import split
from pyod_ssad.checks._asserting import require, require_raises
from pyod_ssad.densities import build_density, score
from pyod_ssad.seeding import draw_seed

ROUNDING = {"rtol": 1e-4, "atol": 1e-4}


def check_pseudo_anomalies_score_higher(subject):
    """Pseudo anomalies of images that were not trained on are told from them."""
    data, clf = subject.textures, subject.fitted
    normal = data.X_test[data.y_test == 0]
    pseudo = clf.augment(normal, random_state=0)
    scores = [clf.decision_function(X) for X in (normal, pseudo)]
    shapes = {s.shape for s in scores} | {s.dtype for s in scores}
    require(
        shapes == {(len(normal),), np.dtype(float)},
        f"Got scores of {shapes}; wanted one float64 for each of {len(normal)} images.",
    )
    auc = roc_auc_score(np.repeat([0, 1], len(normal)), np.concatenate(scores))
    require(auc > 0.75, f"Got an AUC of {auc:.3f} on pseudo anomalies; wanted 0.75.")


def check_training_scores_are_out_of_fold(subject):
    """``decision_scores_`` come from densities that have not seen the images."""
    X, clf = subject.tiny_images, subject.fit_tiny(density="gaussian")
    Z, seed = clf.transform(X), draw_seed(0)
    expected = np.empty(len(X))
    for fold in split(len(X), 5, seed):
        density = build_density("gaussian").fit(np.delete(Z, fold, axis=0))
        expected[fold] = score(density, Z[fold])
    assert_allclose(clf.decision_scores_, expected, rtol=1e-9)


def check_cross_fitting_changes_only_the_scores_of_training_images(subject):
    """The network and the density are those of all images, however it is calibrated."""
    X, folded = subject.tiny_images, subject.fit_tiny()
    crossed = subject.fit_tiny(calibration="cross_fit")
    assert_array_equal(crossed.decision_function(X), folded.decision_function(X))
    require(
        not np.array_equal(crossed.decision_scores_, folded.decision_scores_),
        "Cross-fitting has not changed the scores of the training images.",
    )
    require_raises(ValueError, "at least 3", folded.cross_calibrate, X[:2])
    require(folded.calibration == "density", "A failure has changed `calibration`.")
    later = folded.cross_calibrate(X)
    require(later is folded, "cross_calibrate has not returned the detector.")
    assert_allclose(later.decision_scores_, crossed.decision_scores_, rtol=1e-9)
    require(
        later.threshold_ == np.percentile(later.decision_scores_, 90), "No quantile."
    )


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


def check_scores_are_the_density_of_the_embeddings(subject):
    """Scores are those of the density of unit-length float32 embeddings."""
    X, new = subject.textures.X_train, subject.textures.X_test
    Z = subject.fitted.transform(X)
    require(Z.dtype == np.float32, f"Got {Z.dtype} embeddings; wanted float32.")
    assert_allclose(np.linalg.norm(Z, axis=1), 1, rtol=1e-5)
    density = build_density(subject.fitted.density, draw_seed(0))
    density.fit(Z)
    expected = score(density, subject.fitted.transform(new))
    assert_allclose(subject.fitted.decision_function(new), expected, rtol=1e-9)
    require(np.ptp(expected) > 0.01 * np.mean(expected), "The scores are all the same.")


def check_training_moves_the_weights(subject):
    """Training moves every parameter of the encoder; no steps record nothing."""
    untrained = subject.fit(subject.make(steps=0), subject.textures.X_train)
    require(training_rows(untrained) == [], "steps=0 has recorded training.")
    for (name, before), after in zip(
        untrained.network_.encoder.named_parameters(),
        subject.fitted.network_.encoder.parameters(),
        strict=True,
    ):
        require(not torch.equal(before, after), f"Training has not moved {name}.")


def check_training_lowers_the_loss(subject):
    """The last losses are smaller than the first, and the last row is the last step."""
    rows = training_rows(subject.fitted)
    losses = [row["loss"] for row in rows]
    require(
        rows[-1]["step"] == subject.fitted.steps,
        f"The last row is of step {rows[-1]['step']}; wanted {subject.fitted.steps}.",
    )
    first, last = np.mean(losses[:5]), np.mean(losses[-5:])
    require(last < first - 0.01, f"The loss went from {first:.3f} to {last:.3f}.")


def training_rows(clf):
    """Return the history of training, apart from that of tuning."""
    return getattr(clf, "training_history_", clf.history_)

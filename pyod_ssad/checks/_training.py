"""Checks of detectors that are trained."""

import numpy as np
import torch
from numpy.testing import assert_allclose, assert_array_equal

from pyod_ssad.checks._asserting import require, require_raises


def check_another_seed_gives_other_scores(subject):
    """The seed reaches the training; without one, every fit draws anew."""
    for first, second in ((0, 1), (None, None)):
        scores, others = (
            subject.fit_tiny(random_state=seed).decision_scores_
            for seed in (first, second)
        )
        require(
            not np.array_equal(scores, others),
            f"Seeds {first} and {second} gave identical scores.",
        )


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
    losses = [_total(row) for row in rows]
    require(
        rows[-1]["step"] == subject.fitted.steps,
        f"The last row is of step {rows[-1]['step']}; wanted {subject.fitted.steps}.",
    )
    first, last = np.mean(losses[:5]), np.mean(losses[-5:])
    require(last < 0.985 * first, f"The loss went from {first:.3g} to {last:.3g}.")


def _total(row):
    terms = set(row) - {"step", "lr", "seconds"}
    return sum(row[name] for name in terms)


def training_rows(clf):
    """Return the history of training, apart from that of tuning."""
    return getattr(clf, "training_history_", clf.history_)

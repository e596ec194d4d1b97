"""Checks that a detector learns, and that its scores mean something."""

import numpy as np
import torch
from numpy.testing import assert_allclose
from sklearn.metrics import roc_auc_score

from pyod_ssad.checks._asserting import require
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


def check_training_scores_are_those_of_the_training_images(subject):
    """``decision_scores_`` equals the scores of the training images, not constant."""
    scores = subject.fitted.decision_function(subject.textures.X_train)
    assert_allclose(subject.fitted.decision_scores_, scores, rtol=1e-9)
    require(np.ptp(scores) > 0.01 * np.mean(scores), "The scores are all the same.")


def check_scores_do_not_depend_on_the_batch_or_the_order(subject):
    """An image's score is the same alone, among others, and in another order."""
    clf, X = subject.fitted, subject.textures.X_test[:20]
    together = clf.decision_function(X)
    alone = [clf.decision_function(image[None])[0] for image in X]
    assert_allclose(alone, together, **ROUNDING)
    assert_allclose(clf.decision_function(X[::-1])[::-1], together, **ROUNDING)


def check_scores_are_the_density_of_the_embeddings(subject):
    """Scores are those of the density of unit-length float32 embeddings."""
    Z = subject.fitted.transform(subject.textures.X_train)
    require(Z.dtype == np.float32, f"Got {Z.dtype} embeddings; wanted float32.")
    assert_allclose(np.linalg.norm(Z, axis=1), 1, rtol=1e-5)
    density = build_density(subject.fitted.density, draw_seed(0))
    density.fit(Z)
    assert_allclose(subject.fitted.decision_scores_, score(density, Z), rtol=1e-9)


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

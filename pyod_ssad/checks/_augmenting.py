"""Checks of the pseudo anomalies of detectors."""

import numpy as np
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import roc_auc_score

from pyod_ssad.checks._asserting import require
from pyod_ssad.checks._images import noise
from pyod_ssad.seeding import draw_seed


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


def check_augment_is_seeded_and_keeps_the_shape(subject):
    """`augment` changes every image, within [0, 1], as its seed says."""
    clf, X = subject.fitted, subject.textures.X_test[:6]
    augmented = clf.augment(X, random_state=3)
    require(
        augmented.shape == X.shape and augmented.dtype == np.float32,
        f"Got shape {augmented.shape} and dtype {augmented.dtype}; wanted {X.shape} "
        "and float32.",
    )
    require(augmented.min() >= 0 and augmented.max() <= 1, "Values leave [0, 1].")
    assert_array_equal(augmented, clf.augment(X, random_state=3))
    other = clf.augment(X, random_state=4)
    require(not np.array_equal(augmented, other), "Another seed changed nothing.")
    changed = np.abs(augmented - X / 255).max(axis=(1, 2)) > 0
    require(changed.all(), f"{(~changed).sum()} of 6 images were not changed.")


def check_augment_replays_the_augmentation(subject):
    """`augment` is the fitted augmentation, at the images' own resolution."""
    clf, X = subject.fit_tiny(), noise(24)
    generator = torch.Generator().manual_seed(draw_seed(3))
    nchw = torch.from_numpy(X.transpose(0, 3, 1, 2).copy()).float() / 255
    expected = clf.augmentation_(nchw, generator).numpy().transpose(0, 2, 3, 1)
    assert_allclose(clf.augment(X, random_state=3), expected, atol=1e-6)


def check_augment_works_before_fit(subject):
    """An unfitted detector shows pseudo anomalies, and stays unfitted."""
    clf, X = subject.make_tiny(), noise(24)
    augmented, again = (clf.augment(X, random_state=3) for _ in range(2))
    assert_array_equal(augmented, again)
    require(augmented.shape == X.shape, f"Got shape {augmented.shape}.")
    changed = (augmented != np.float32(X / 255)).any(axis=(1, 2, 3))
    require(changed.all(), f"{np.sum(~changed)} of {len(X)} images were not changed.")
    require(not hasattr(clf, "augmentation_"), "The detector seems to be fitted.")

"""Checks that a seed means the same, and that nothing else changes."""

import pickle
import random
import warnings

import numpy as np
import torch
from joblib import Parallel, delayed
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from pyod_ssad.checks._asserting import require


def check_refit_and_clone_give_identical_scores(subject):
    """A second fit, and that of a clone, repeat the first."""
    X, clf = subject.tiny_images, subject.fit_tiny()
    scores = clf.decision_scores_
    assert_array_equal(subject.fit(clone(clf), X).decision_scores_, scores)
    assert_array_equal(subject.fit(clf, X).decision_scores_, scores)


def check_global_random_state_is_untouched(subject):
    """Fitting, scoring and augmenting leave every global generator alone."""
    before = _states()
    clf = subject.fit_tiny()
    if hasattr(clf, "augment"):
        clf.augment(subject.tiny_images)
    clf.decision_function(subject.tiny_images)
    after = _states()
    require(before[0] == after[0], "Python's random state has changed.")
    assert_array_equal(before[1], after[1], "NumPy's random state has changed.")
    require(torch.equal(before[2], after[2]), "torch's random state has changed.")


def _states():
    numpy_state = np.random.get_state()[1].copy()  # noqa: NPY002
    return random.getstate(), numpy_state, torch.get_rng_state()


def check_threads_do_not_share_a_seed(subject):
    """Fits in several threads of one process are those of one after the other."""

    def fit(seed):
        return subject.fit_tiny(random_state=seed).decision_scores_

    alone = [fit(seed) for seed in range(4)]
    parallel = Parallel(n_jobs=4, backend="threading")
    together = parallel(delayed(fit)(seed) for seed in range(4))
    assert_allclose(together, alone, rtol=1e-6)


def check_pickle_gives_identical_scores(subject):
    """A pickled detector scores as before, with the same threshold."""
    copy = pickle.loads(pickle.dumps(subject.fitted))
    X = subject.textures.X_test
    assert_array_equal(copy.decision_function(X), subject.fitted.decision_function(X))
    require(copy.threshold_ == subject.fitted.threshold_, "The threshold has changed.")


def check_labels_are_ignored(subject):
    """Labels change nothing, whatever they hold, and nothing warns of them."""
    scores = subject.fit_tiny().decision_scores_
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "No start aligned")
        labelled = subject.fit_tiny(y=np.array([-1, 0, 1] * 4))
    assert_array_equal(labelled.decision_scores_, scores)
    shape = labelled.predict_proba(subject.tiny_images).shape
    require(shape == (12, 2), f"Got probabilities of shape {shape}; wanted (12, 2).")

"""All second stages of one trained network: no label is seen here."""

import copy
import time

from benchmark.common.false_alarms import flag
from pyod_ssad.densities import build_density, score
from pyod_ssad.seeding import draw_seed

DENSITIES = ("gaussian", "kde", "ocsvm", "knn")


def fit_and_score(detector, X_train, X_test):
    """Fit once; return the scores of the test images by every second stage.

    Parameters
    ----------
    detector : BaseSSAD
        Not fitted.
    X_train, X_test : uint8 ndarray

    Returns
    -------
    results : dict of str to array or float
        ``score_<stage>`` for each of `stage_names`; what the detector's own threshold
        and p-values flag, see `flag`; and ``seconds`` of the fit.
    """
    start = time.perf_counter()
    detector.fit(X_train)
    seconds = time.perf_counter() - start
    scores = score_own(detector, X_train, X_test)
    scores |= score_embeddings(detector, X_train, X_test)
    return {
        **{f"score_{name}": values for name, values in scores.items()},
        **flag(detector, scores[detector.density]),
        "seconds": seconds,
    }


def stage_names(detector):
    """Return the names of the second stages: the detector's own first."""
    return (*detector._own_scores, *DENSITIES)


def score_embeddings(detector, X_train, X_test):
    """Return the scores of a fitted detector's embeddings by each of `DENSITIES`."""
    Z_train, Z_test = detector.transform(X_train), detector.transform(X_test)
    seed = draw_seed(detector.random_state)
    return {
        name: score(build_density(name, seed).fit(Z_train), Z_test)
        for name in DENSITIES
    }


def score_own(detector, X_train, X_test):
    """Return the scores of a fitted detector by each of its pretext task's own."""
    return {
        name: _with_density(detector, name, X_train).decision_function(X_test)
        for name in detector._own_scores
    }


def _with_density(detector, name, X_train):
    """Return a fitted detector with another second stage of the same network."""
    if detector.density == name:
        return detector
    other = copy.copy(detector)
    other._fitted_parameters = {**detector._fitted_parameters, "density": name}
    stage = other._fitted_stage(draw_seed(detector.random_state))
    density = stage.make_density()
    density.fit(other._represent(stage, X_train))
    other.density_ = density
    return other

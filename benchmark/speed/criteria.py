"""How fast the criteria on scores are, on random scores of as many models as a zoo has.

Model centrality is beside a plain double loop of `scipy.stats.kendalltau`, extrapolated
from a few of its pairs: all of them would take minutes.
"""

import itertools

import numpy as np
import pandas as pd
from scipy.stats import kendalltau
from tqdm.auto import tqdm

from benchmark.common.timing import best_of
from model_selection import hits_hubness, model_centrality, select_agreement

CRITERIA = {"mc": model_centrality, "sel": select_agreement, "hits": hits_hubness}
CASES = (("mc", 450), ("sel", 450), ("hits", 450), ("mc", 3000))
N_MODELS = 297
PAIRS = 200
REPEATS = 3


def measure_criteria(cases=CASES, n_models=N_MODELS):
    """Return the seconds of each criterion, the best of three.

    Parameters
    ----------
    cases : sequence of (str, int)
        Names of `CRITERIA`, and numbers of samples.
    n_models : int

    Returns
    -------
    table : DataFrame
        A row for each case. ``seconds_scipy_estimated`` and ``speedup_estimated``,
        the former over ``seconds``, are NaN but for model centrality.
    """
    return pd.DataFrame([_measure(*case, n_models) for case in tqdm(cases, "criteria")])


def _measure(criterion, n_samples, n_models):
    scores = np.random.default_rng(0).random((n_samples, n_models))
    seconds = best_of(REPEATS, lambda: CRITERIA[criterion](scores))
    loop = _estimate_loop(scores) if criterion == "mc" else np.nan
    return {
        "criterion": criterion,
        "n_models": n_models,
        "n_samples": n_samples,
        "seconds": seconds,
        "seconds_scipy_estimated": loop,
        "speedup_estimated": loop / seconds,
    }


def _estimate_loop(scores):
    """Return the seconds of a double loop over pairs of models, each pair once."""
    pairs = list(itertools.combinations(scores.T, 2))
    some = pairs[:PAIRS]
    seconds = best_of(REPEATS, lambda: [kendalltau(a, b) for a, b in some])
    return seconds * len(pairs) / len(some)

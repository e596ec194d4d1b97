"""Rows gen, columns aug: AUC where anomalies are made by augmentations.

The photographs come without defects of their own, so that there is no label to read.
"""

import numpy as np
import pandas as pd
from scipy.stats import wilcoxon
from sklearn.metrics import roc_auc_score

from benchmark.alignment.fits import make_anomalies, make_job, make_runs
from benchmark.common.store import run_jobs
from pyod_ssad.datasets import TEXTURES, load_textures

N_GOOD = 200
"""Good test images of a photograph: half stay as they are."""


def run_synthetic(options):
    """Fit everything on the packaged photographs, and return tables.

    Returns
    -------
    tables : dict of str to DataFrame
        "fits": `auc` for each object, detector, seed, gen and aug. "test": see
        `compare`. "matrix_<detector>": gen by aug, mean AUC.
    """
    objects = {name: _load(name, options) for name in options.objects or TEXTURES}
    runs = make_runs(options, objects)
    made = {
        name: make_anomalies(good, options.augmentations)
        for name, (_, good) in objects.items()
    }
    stacked = {n: np.concatenate([c, *m.values()]) for n, (c, m) in made.items()}
    jobs = [
        make_job(r, objects[r.object_name][0], stacked[r.object_name], options)
        for r in runs
    ]
    results = run_jobs(jobs, options.out / "fits", options.n_jobs, "fitting detectors")
    fits = pd.DataFrame(
        {**vars(run), "gen": gen, "auc": auc}
        for run, result in zip(runs, results, strict=True)
        for gen, auc in _aucs(result["scores"], *made[run.object_name]).items()
    )
    matrices = {
        f"matrix_{name}": matrix(fits[fits["detector"] == name], options.augmentations)
        for name in options.detectors
    }
    return {"fits": fits, "test": compare(fits), **matrices}


def _load(name, options):
    numbers = {"n_test_normal": N_GOOD, "kinds": ()}
    data = load_textures(name, size=options.image_size, **numbers)
    return data.X_train, data.X_test


def _aucs(scores, clean, made):
    """Return the AUC of clean images against those that each augmentation made."""
    parts = np.split(scores, np.cumsum([len(clean), *map(len, made.values())])[:-1])
    good = parts[0]
    labels = [np.r_[np.zeros(len(good)), np.ones(len(bad))] for bad in parts[1:]]
    return {
        gen: float(roc_auc_score(label, np.r_[good, bad]))
        for gen, label, bad in zip(made, labels, parts[1:], strict=True)
    }


def matrix(fits, order):
    """Return mean AUC, gen by aug."""
    means = fits.groupby(["gen", "aug"])["auc"].mean().unstack("aug")
    return means.loc[list(order), list(order)]


def compare(fits):
    """Test whether aligned augmentations are better than the others.

    Parameters
    ----------
    fits : DataFrame
        With `object_name`, `detector`, `seed`, `gen`, `aug` and `auc`.

    Returns
    -------
    table : DataFrame
        For each detector, and for "all": ``n`` pairs, mean AUC ``aligned`` and
        ``misaligned``, and ``p`` of Wilcoxon's signed-rank test, one-sided.

    Notes
    -----
    A pair is one object, seed and gen, of one detector: the AUC with aug = gen, and
    the mean of the AUCs with each of the other augmentations. "all" has the pairs of
    all detectors.

    Pairs are not independent, which the test takes them to be: those of an object
    share its images, and those of an object and a seed share fits, as a fit that is
    aligned with one gen is misaligned with all others. So p is smaller than it would
    be with as many pairs of separate images and fits.
    """
    keys = ["detector", "object_name", "seed", "gen"]
    is_aligned = fits["gen"] == fits["aug"]
    pairs = pd.DataFrame(
        {
            "aligned": fits[is_aligned].groupby(keys)["auc"].mean(),
            "misaligned": fits[~is_aligned].groupby(keys)["auc"].mean(),
        }
    )
    groups = {name: pairs.loc[[name]] for name in fits["detector"].unique()}
    rows = {name: _test(group) for name, group in {**groups, "all": pairs}.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("detector")


def _test(pairs):
    test = wilcoxon(pairs["aligned"], pairs["misaligned"], alternative="greater")
    return {"n": len(pairs), **pairs.mean(), "p": test.pvalue}

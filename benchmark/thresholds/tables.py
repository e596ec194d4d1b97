"""From scores and thresholds to rates of false alarms: labels are read here."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

WAYS = ("in_sample", "density", "cross_fit")
PAPERS = "paper_"


def rate_table(runs, results, objects):
    """Return one row a run.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `fits.fit` returned for each.
    objects : dict of str to AnomalyDataset

    Returns
    -------
    rates : DataFrame
        The run's parameters, and

        - ``in_sample``, ``density``, ``cross_fit``: the share of held-out good images
          above a threshold for a contamination of 0.1 that was made from scores of
          the training images in that way;
        - ``other_source``: that of the good test images, above the last of them;
        - ``detected``: that of the anomalies;
        - ``p01``: the share of held-out good images with a p-value of at most 0.01,
          and ``p01_detected`` that of the anomalies;
        - ``moved``, ``moved_other``: whether most held-out images, and most good test
          images, are above all that was seen, which `predict` warns of;
        - ``auc`` of the test images, ``n_held_out``, and ``seconds`` of the fit.
    """
    rows = [
        {**vars(run), **_rates(result, objects[run.object_name].y_test)}
        for run, result in zip(runs, results, strict=True)
    ]
    return pd.DataFrame(rows)


def _rates(result, labels):
    n = int(result["n_held_out"])
    held_out, test = result["scores"][:n], result["scores"][n:]
    p_held_out, p_test = result["p_values"][:n], result["p_values"][n:]
    good, threshold = labels == 0, result["cross_fit"]
    return {
        **{way: np.mean(held_out > result[way]) for way in WAYS},
        "other_source": np.mean(test[good] > threshold),
        "detected": np.mean(test[~good] > threshold),
        "p01": np.mean(p_held_out <= 0.01),
        "p01_detected": np.mean(p_test[~good] <= 0.01),
        "moved": np.mean(held_out > result["largest"]) > 0.5,
        "moved_other": np.mean(test[good] > result["largest"]) > 0.5,
        "auc": roc_auc_score(labels, test),
        "n_held_out": n,
        "seconds": float(result["seconds"]),
    }


def summary_table(rates):
    """Return means over seeds, and over papers, which have few images each.

    ``smallest`` and ``largest`` are the extremes of ``cross_fit`` over seeds, and over
    papers.
    """
    is_paper = rates["object_name"].str.startswith(PAPERS)
    named = rates.assign(object_name=rates["object_name"].mask(is_paper, "papers"))
    groups = named.groupby(["object_name", "n_train", "detector"], sort=False)
    table = groups.mean(numeric_only=True).drop(columns="seed")
    table.insert(3, "smallest", groups["cross_fit"].min())
    table.insert(4, "largest", groups["cross_fit"].max())
    return table

"""From scores to AUC by class: labels are read here."""

import pandas as pd

from benchmark.common.false_alarms import FALSE_ALARMS, metrics
from benchmark.two_stage.published import published_table
from benchmark.two_stage.stages import DENSITIES

OWN = "own"


def make_tables(runs, results, data):
    """Return the tables of the study.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `stages.fit_and_score` returned for each.
    data : dict of str to AnomalyDataset
        By the normal class.

    Returns
    -------
    tables : dict of str to DataFrame
        "fits": a row for each class, detector, seed and second stage. "by_class":
        detectors and stages by classes, mean AUC over seeds, and their mean. "summary":
        detectors by stages, mean AUC over classes, where "own" is the first of the
        detector's own scores; false alarms by the detector's default stage; seconds
        of a fit with one thread; and the published figures.
    """
    fits = pd.DataFrame(
        {**vars(run), "stage": stage, **_metrics(result, stage, data[run.normal])}
        for run, result in zip(runs, results, strict=True)
        for stage in _stages(result)
    )
    by_class = fits.groupby(["detector", "stage", "normal"], sort=False)["auc"].mean()
    by_class = by_class.unstack("normal")
    by_class.insert(0, "mean", by_class.mean(axis=1))
    return {"fits": fits, "by_class": by_class, "summary": _summary(fits)}


def _stages(result):
    return [n.removeprefix("score_") for n in result if n.startswith("score_")]


def _metrics(result, stage, data):
    flagged = {name: result[name] for name in FALSE_ALARMS}
    shares = metrics(data.y_test, result[f"score_{stage}"], flagged)
    return {**shares, "seconds": float(result["seconds"])}


def _summary(fits):
    named = fits.assign(stage=fits["stage"].where(fits["stage"].isin(DENSITIES), OWN))
    # A detector's first own score is the one of its paper.
    first = named.drop_duplicates(["normal", "detector", "seed", "stage"])
    auc = first.groupby(["detector", "stage"], sort=False)["auc"].mean()
    auc = auc.unstack("stage").reindex(columns=[OWN, *DENSITIES])
    shares = first.groupby("detector", sort=False)[[*FALSE_ALARMS, "seconds"]].mean()
    published = published_table().add_prefix("published_")
    return auc.join(shares).join(published).rename_axis("detector")

"""What criteria pick in a mixed zoo: from images to tables, at a tiny budget."""

import numpy as np
import pandas as pd
import pytest

import benchmark.selection.study as study
from benchmark.common.data import make_tasks
from benchmark.common.runs import Run
from benchmark.selection import tables as tables_module
from benchmark.selection.judging import judge
from benchmark.selection.tables import make_models, make_picks, summarize
from model_selection import evidence, mean_ranks, select_agreement
from pyod_ssad.datasets import load_textures

ARGUMENTS = [
    *("--detectors", "cutpaste_0.005,cutpaste_0.15,cutdiff", "--steps", "2"),
    *("--image-size", "16", "--calibration", "density", "--precision", "float32"),
    *("--n-jobs", "1"),
]
KINDS = ("dark_blob", "scratch")
NAMES = ("cutpaste_0.005", "cutpaste_0.15", "cutdiff")


def textures(size):
    numbers = {"n_train": 20, "n_test_normal": 12, "n_per_kind": 6}
    return {"brick": load_textures("brick", size=size, kinds=list(KINDS), **numbers)}


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Return the arguments of a run on few small images."""
    monkeypatch.setattr(study, "load_objects", lambda root, names, size: textures(32))
    return [*ARGUMENTS, "--out", str(tmp_path)]


def test_tables_of_a_run(tiny, tmp_path):
    tables = study.main(tiny)
    models, picks = tables["models"], tables["picks"]
    assert len(models) == 2 * 3
    assert set(picks["group"]) == {"everything", "scratch", "strengths"}
    of_scratch = picks.query("group == 'scratch' and task == 'brick/scratch'")
    auc = of_scratch.set_index("choice")["auc"]
    own = models.query("task == 'brick/scratch'").set_index("detector")["auc"]
    assert auc["oracle"] == own.max()
    assert auc["average"] == pytest.approx(own.mean())
    for name in NAMES:
        assert auc[f"always {name}"] == own[name]
    # Embeddings of one network have criteria of their own.
    assert {"dsv", "mmd", "evidence", "sel", "evidence+sel"} <= set(auc.index)
    assert auc["dsv"] in own.to_numpy()
    stored = pd.read_csv(tmp_path / "models.csv")
    assert np.allclose(stored["auc"], models["auc"], atol=1e-5)


def test_nothing_is_chosen_by_labels(tiny, monkeypatch):
    """Losses are the same with any labels of the test images."""
    losses = study.main(tiny)["losses"]

    def relabeled(root, names, size):
        data = textures(32)["brick"]
        masks = None
        return {"brick": Relabeled(**{**vars(data), "masks_test": masks})}

    class Relabeled(type(textures(16)["brick"])):
        @property
        def y_test(self):
            return 1 - super().y_test

    monkeypatch.setattr(study, "load_objects", relabeled)
    pd.testing.assert_frame_equal(study.main(tiny)["losses"], losses)


def by_hand():
    """Two models of one object: one is perfect, the other is its reverse."""
    data = textures(16)["brick"]
    good = data.y_test == 0
    held_out = np.linspace(0.0, 1.0, 20)
    noise = np.linspace(0.0, 0.1, len(good))
    perfect, reverse = data.y_test * 2.0 + noise, good * 2.0 + noise
    results = [
        {"scores": s, "held_out": held_out, "fit_seconds": 1.0}
        | {"false_alarms": s > 0.9, "p01": s > 1}
        for s in (perfect, reverse)
    ]
    runs = [Run("brick", name, 0) for name in ("cutdiff", "rotation")]
    tasks = make_tasks(data, per_kind=True)
    return runs, results, {"brick": data}, tasks


def test_losses_are_those_of_the_criteria():
    runs, results, _, tasks = by_hand()
    losses = judge(runs, results, tasks).query("group == 'everything'")
    got = losses.set_index(["task", "criterion", "detector"])["loss"]
    for task in tasks:
        scores = [r["scores"][task.rows] for r in results]
        values = [evidence(results[0]["held_out"], s) for s in scores]
        own = got[task.name]
        np.testing.assert_allclose(own["evidence"], np.negative(values), rtol=1e-9)
        agreement = select_agreement(np.column_stack(scores))
        np.testing.assert_allclose(own["sel"], -agreement, rtol=1e-9)
        ranks = mean_ranks(np.column_stack([own["evidence"], own["sel"]]))
        np.testing.assert_allclose(own["evidence+sel"], ranks)


def test_regret_by_hand(monkeypatch):
    """One criterion picks the better model on one task and the worse on the other."""
    runs, results, objects, tasks = by_hand()
    losses = pd.DataFrame(
        {
            "task": task.name,
            "seed": 0,
            "group": "everything",
            "criterion": "half",
            "detector": name,
            "loss": float((name == "cutdiff") == is_wrong),
        }
        for task, is_wrong in zip(tasks, (False, True), strict=True)
        for name in ("cutdiff", "rotation")
    )
    models = make_models(runs, results, objects, tasks)
    assert models["auc"].tolist() == [1.0, 0.0, 1.0, 0.0]
    monkeypatch.setattr(tables_module, "BOOTSTRAPS", 200)
    picks = make_picks(losses, models, runs, results, objects, tasks)
    summary = summarize(picks).set_index("choice")
    assert summary["auc"].to_dict() == {
        "always cutdiff": 1.0,
        "always rotation": 0.0,
        "average": 0.5,
        "oracle": 1.0,
        "half": 0.5,
        "half top 3": summary.loc["half top 3", "auc"],
    }
    half = summary.loc["half"]
    assert half["regret"] == half["worse_than_best_fixed"] == 0.5
    assert half["of_random"] == 1.0 and half["worse_than_average"] == 0.5
    assert half["regret_low"] == 0.0 and half["regret_high"] == 1.0
    assert summary.loc["always cutdiff", "false_alarms"] == 0.0
    assert summary.loc["always rotation", "false_alarms"] == 1.0

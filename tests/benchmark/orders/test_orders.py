"""The whole study on tiny tasks, and what it stores."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from benchmark.orders import fits, quality, study
from benchmark.orders.quality import EXACT, make_place
from benchmark.orders.tasks import load_tasks
from benchmark.orders.variants import FIRST, VARIANTS, make_detector
from pyod_ssad import STSSAD, Tuning
from pyod_ssad.backbones import SmallCNN

TINY = {
    "backbone": partial(SmallCNN, (4, 8)),
    "image_size": 16,
    "batch_size": 4,
    "n_starts": 1,
    "tuning": Tuning(warm_start=4, iterations=2),
    "steps": 1,
}


@pytest.fixture(scope="module")
def tasks():
    first = {task.suite: task for task in reversed(load_tasks())}
    return [
        replace(first[suite], parameters={**first[suite].parameters, **TINY})
        for suite in ("patches", "turns")
    ]


@pytest.fixture(scope="module")
def run(tasks, tmp_path_factory):
    """Run the study once; return its tables and where they are."""
    out = tmp_path_factory.mktemp("orders")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "load_tasks", lambda root: tasks)
        patch.setattr(study, "ANGLES", study.ANGLES[:1])
        patch.setattr(study, "AREAS", study.AREAS[:1])
        patch.setattr(quality, "REPEATS", 1)
        tables = study.main(["--draws", "2", "--n-jobs", "1", "--out", str(out)])
    return tables, out


def test_every_variant_is_fitted_on_every_task(run, tasks):
    tables, out = run
    results = tables["results"]
    pairs = {(t.data.name, variant) for t in tasks for variant in VARIANTS}
    assert set(zip(results["task"], results["method"], strict=True)) == pairs
    assert results["auc"].between(0, 1).all()
    assert {file.stem for file in out.glob("*.csv")} == set(tables)


def test_variants_tune_differently(run):
    results = run[0]["results"]
    patches = results[results["suite"] == "patches"]
    assert patches["learned_patch_area"].nunique() == len(VARIANTS)


def test_every_hypergradient_is_compared(run):
    table = run[0]["hypergradients"]
    assert table["place"].nunique() == 2
    for _, rows in table.groupby("place"):
        assert list(rows["hypergradient"]) == [*EXACT.values(), *VARIANTS]
    exact = table[table["hypergradient"].isin(EXACT.values())]
    assert (exact[["bias", "missed"]] == 0).all(axis=None)
    others = table.drop(exact.index)
    assert (others[["error", "bias", "missed"]] > 0).all(axis=None)
    assert (run[0]["cost"] > 0).all(axis=None)


def test_without_a_step_to_speak_of_first_order_is_exact(tasks):
    place = make_place(tasks[0], {"patch_area": 0.1, "aspect": 1.0, "angle": 0.0}, 10)
    small = replace(place, detector=make_detector(FIRST, tasks[0].parameters, 10))
    small.detector.set_params(tuning__network_lr=1e-9)
    # What else first order leaves out are the running statistics.
    for module in small.network.modules():
        if hasattr(module, "momentum"):
            module.momentum = 0.0
    exact, first = small.exact(0, 1), small.estimate(FIRST, 0)
    np.testing.assert_allclose(first, exact, rtol=1e-2, atol=1e-2 * abs(exact).max())


def test_stored_fits_are_not_fitted_again(run, tasks, monkeypatch):
    def fail(*_, **__):
        raise AssertionError("fitted again")

    monkeypatch.setattr(STSSAD, "fit", fail)
    options = SimpleNamespace(seeds=(10,), out=run[1], n_jobs=1)
    again = fits.fit_all(tasks, list(VARIANTS), options)
    assert len(again) == len(run[0]["results"])
    with pytest.raises(AssertionError, match="fitted again"):
        fits.fit_all(tasks, [FIRST], SimpleNamespace(seeds=(11,), out=run[1], n_jobs=1))


def test_fitting_gets_no_labels(tasks, tmp_path):
    data = tasks[0].data
    bare = SimpleNamespace(name="bare", X_train=data.X_train, X_test=data.X_test)
    options = SimpleNamespace(seeds=(0,), out=tmp_path, n_jobs=1)
    (fit,) = fits.fit_all([replace(tasks[0], data=bare)], [FIRST], options)
    assert fit.scores.shape == (len(data.X_test),)


def test_quick_takes_a_task_a_suite():
    options = study.parse_arguments(["--quick"])
    tasks = study.choose_tasks(options)
    assert [task.suite for task in tasks] == ["patches", "turns", "digits"]
    assert options.draws == study.QUICK_DRAWS
    assert all(task.parameters["tuning"].iterations == 2 for task in tasks)

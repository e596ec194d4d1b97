"""Fits have one thread wherever they run, and leave the threads as they were."""

import threading
import warnings
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from model_selection import ConsensusCriterion, ModelSelector, _fitting
from model_selection.calibration import warn_if_too_few
from tests.model_selection.fakes import Breaking, Fixed, Passive


def counts():
    """Return the numbers of threads of the libraries that have any."""
    return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}


class Counting(Passive):
    """Remembers with how many threads it was fitted."""

    def fit(self, X, y=None):
        self.threads_ = counts()
        return super().fit(X, y)


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_each_fit_has_one_thread(backend, n_jobs, monkeypatch):
    for library in ("OMP", "OPENBLAS", "MKL"):
        # What the worker processes start with.
        monkeypatch.setenv(f"{library}_NUM_THREADS", "2")
    with threadpool_limits(limits=2):
        before = counts()
        assert set(before.values()) == {2}
        with joblib.parallel_config(backend):
            selector = ModelSelector([Counting()] * 4, "mc", n_jobs=n_jobs)
            selector.fit(np.ones(3))
        assert counts() == before
    for detector in selector.detectors_:
        assert detector.threads_ and set(detector.threads_.values()) == {1}


class Meeting(Passive):
    """Is fitted only while another one is."""

    barrier = threading.Barrier(2)

    def fit(self, X, y=None):
        self.barrier.wait(timeout=5)
        return super().fit(X, y)


def test_two_jobs_fit_at_the_same_time():
    group = [Meeting((1, 2, 3)), Meeting((3, 2, 1))]
    with joblib.parallel_config("threading"):
        selector = ModelSelector(group, "mc", n_jobs=2).fit(np.ones(3))
    np.testing.assert_array_equal(selector.criterion_values_, [-1, -1])


def test_seconds_are_those_of_the_fit(monkeypatch):
    ticks = iter([10.0, 13.0, 20.0, 25.0])
    clock = SimpleNamespace(perf_counter=lambda: next(ticks))
    monkeypatch.setattr(_fitting, "time", clock)
    selector = ModelSelector([Passive()] * 2, "mc").fit(np.ones(3))
    np.testing.assert_array_equal(selector.results_["fit_seconds"], [3.0, 5.0])


class CrossFitted(Passive):
    """Trains more for better scores of its training data, at once or later."""

    def __init__(self, scores=(0.0, 1.0, 2.0), calibration="cross_fit"):
        super().__init__(scores)
        self.calibration = calibration

    def fit(self, X, y=None):
        super().fit(X)
        self.trained_ = 1
        return self.cross_calibrate(X) if self.calibration == "cross_fit" else self

    def cross_calibrate(self, X):
        self.threads_ = counts()
        self.calibration, self.trained_ = "cross_fit", self.trained_ + 3
        self.decision_scores_ = np.array(self.scores) + np.sum(X)
        return self._process_decision_scores()


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_only_those_that_answer_train_more_for_their_thresholds(n_jobs):
    group = [CrossFitted(scores=(0.0, i, 2.0)) for i in range(3)]
    options = {"criterion": Fixed((1, 3, 2)), "n_jobs": n_jobs}
    best = ModelSelector(group, **options).fit(np.ones(3))
    assert [d.trained_ for d in best.detectors_] == [1, 4, 1]
    assert [d.calibration for d in best.detectors_] == [
        "density",
        "cross_fit",
        "density",
    ]
    np.testing.assert_array_equal(best.decision_scores_, [3, 4, 5])
    assert set(best.best_detector_.threads_.values()) == {1}
    mean = ModelSelector(group, combine="mean", top_k=2, **options).fit(np.ones(3))
    assert [d.trained_ for d in mean.detectors_] == [1, 4, 4]
    assert {d.calibration for d in group} == {"cross_fit"}
    assert [p["calibration"] for p in best.results_["params"]] == ["cross_fit"] * 3


def test_others_are_left_as_they_were_asked_for():
    group = [CrossFitted(calibration="density"), CrossFitted(calibration="density")]
    selector = ModelSelector(group, Fixed((1, 2))).fit(np.ones(3))
    assert [d.trained_ for d in selector.detectors_] == [1, 1]
    fitted = [CrossFitted().fit(np.ones(3)), CrossFitted().fit(np.ones(3))]
    ModelSelector(fitted, Fixed((1, 2)), prefit=True).fit(np.ones(3))
    assert [d.trained_ for d in fitted] == [4, 4]


class Unlabeled(Passive):
    """Learns from unlabeled data too, and would from labels."""

    def fit(self, X, y=None, X_unlabeled=None):
        self.unlabeled_ = X_unlabeled
        return super().fit(X, y)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_unlabeled_data_reach_those_that_take_them(n_jobs):
    X, X_unlabeled = np.ones(3), np.zeros(3)
    selector = ModelSelector([Unlabeled(), Passive()], "mc", n_jobs=n_jobs)
    selector.fit(X, y=[0, 1, 0], X_unlabeled=X_unlabeled)
    np.testing.assert_array_equal(selector.detectors_[0].unlabeled_, X_unlabeled)
    assert selector.detectors_[0].saw_y_ is None
    np.testing.assert_array_equal(selector.detectors_[1].fitted_on_, X)
    assert selector.fit(X).detectors_[0].unlabeled_ is None


class Few(Passive):
    """Warns of its own scores, and of something else."""

    def fit(self, X, y=None):
        warn_if_too_few(3, 0.01)
        warnings.warn("mind the gap", UserWarning, stacklevel=2)
        return super().fit(X, y)


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_one_warning_says_that_the_scores_are_few(n_jobs, backend):
    filters = list(warnings.filters)
    with pytest.warns(UserWarning) as caught, joblib.parallel_config(backend):
        ModelSelector([Few()] * 3, "mc", n_jobs=n_jobs).fit(np.ones(3))
    words = [str(warning.message) for warning in caught]
    assert [w for w in words if "cannot bound" in w] == [
        w for w in words if "at contamination=0.1" in w
    ]
    assert sum("cannot bound" in w for w in words) == 1
    if n_jobs is None:
        assert words.count("mind the gap") == 3
    assert warnings.filters == filters


class Lost(ConsensusCriterion):
    name, greater_is_better = "lost", True

    def values(self, scores):
        raise KeyError("lost")


def test_errors_name_those_whose_thresholds_are_still_put_off():
    group = {"a": CrossFitted(), "b": Passive(), "c": CrossFitted((0, 1), "density")}
    group["c"].scores = (0.0, 1.0, 3.0)
    with pytest.raises(RuntimeError, match="thresholds of a are from.*cross_calibrat"):
        ModelSelector(group, Lost()).fit(np.ones(3))
    group["b"] = Breaking()
    with pytest.raises(
        RuntimeError, match="2 fitted .* thresholds of a are from folds"
    ):
        ModelSelector(group, "mc").fit(np.ones(3))
    fitted = {name: d.fit(np.ones(3)) for name, d in group.items() if name != "b"}
    for detectors, prefit in ((fitted, True), ([Passive()], False)):
        with pytest.raises(RuntimeError, match="fitted detectors are kept") as caught:
            ModelSelector(detectors, Lost(), prefit=prefit).fit(np.ones(3))
        assert "thresholds" not in str(caught.value)

"""PyOD's contract and ours, for every detector of the package."""

import pickle
import random
import warnings

import joblib
import numpy as np
import pytest
import torch
from joblib import Parallel, delayed
from numpy.testing import assert_allclose, assert_array_equal
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.utils.persistence import load, save
from pythresh.thresholds.iqr import IQR
from sklearn.base import clone
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score

from pyod_ssad import AugmentationSSAD
from pyod_ssad.base import BaseSSAD
from pyod_ssad.densities import GaussianDensity

ROUNDING = {"rtol": 1e-4, "atol": 1e-4}
TINY = {"steps": 2, "image_size": 16, "batch_size": 4}


class Refuses:
    """A threshold object that fails."""

    def fit(self, scores):
        raise RuntimeError("refused")

    def predict(self, scores):
        raise RuntimeError("refused")


@pytest.fixture(scope="module")
def tiny_images():
    return np.random.default_rng(0).random((12, 16, 16, 3), dtype=np.float32)


class TestScores:
    def test_anomalies_score_higher(self, fitted, textures):
        scores = fitted.decision_function(textures.X_test)
        assert scores.shape == (len(textures.X_test),)
        assert roc_auc_score(textures.y_test, scores) > 0.8

    def test_training_scores_are_those_of_the_training_images(self, fitted, textures):
        scores = fitted.decision_function(textures.X_train)
        assert_allclose(fitted.decision_scores_, scores, rtol=1e-9)
        assert np.ptp(scores) > 0.01 * np.mean(scores)

    def test_scores_do_not_depend_on_the_batch_or_the_order(self, fitted, textures):
        X = textures.X_test[:20]
        together = fitted.decision_function(X)
        alone = [fitted.decision_function(image[None])[0] for image in X]
        assert_allclose(alone, together, **ROUNDING)
        assert_allclose(fitted.decision_function(X[::-1])[::-1], together, **ROUNDING)

    def test_scores_are_the_density_of_the_embeddings(self, fitted, textures):
        Z = fitted.transform(textures.X_train)
        assert Z.dtype == np.float32
        assert_allclose(np.linalg.norm(Z, axis=1), 1, rtol=1e-5)
        expected = GaussianDensity().fit(Z).decision_function(Z)
        assert_allclose(fitted.decision_scores_, expected, rtol=1e-9)

    def test_training_moves_the_weights(self, make, fit, fitted, textures):
        untrained = fit(make(steps=0), textures.X_train)
        assert _training_rows(untrained) == []
        for (name, before), after in zip(
            untrained.network_.encoder.named_parameters(),
            fitted.network_.encoder.parameters(),
            strict=True,
        ):
            assert not torch.equal(before, after), name

    def test_training_lowers_the_loss(self, fitted):
        rows = _training_rows(fitted)
        losses = [row["loss"] for row in rows]
        assert rows[-1]["step"] == fitted.steps
        assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.01


def _training_rows(clf):
    # What tunes before it trains keeps the two histories apart.
    return getattr(clf, "training_history_", clf.history_)


class TestPyodContract:
    def test_threshold_and_labels(self, fitted):
        scores = fitted.decision_scores_
        assert fitted.threshold_ == np.percentile(scores, 90)
        assert_array_equal(fitted.labels_, (scores > fitted.threshold_).astype(int))
        assert fitted._mu == scores.mean()
        assert fitted._sigma == scores.std()

    def test_predict(self, fitted, textures):
        scores = fitted.decision_function(textures.X_test)
        expected = (scores > fitted.threshold_).astype(int)
        assert_array_equal(fitted.predict(textures.X_test), expected)

    @pytest.mark.parametrize("method", ["linear", "unify"])
    def test_probabilities_follow_the_scores(self, fitted, textures, method):
        scores = fitted.decision_function(textures.X_test)
        p = fitted.predict_proba(textures.X_test, method=method)
        assert p.shape == (len(scores), 2)
        assert_allclose(p.sum(axis=1), 1)
        assert p.min() >= 0 and p.max() <= 1
        assert np.all(np.diff(p[np.argsort(scores), 1]) >= 0)

    def test_unknown_probability_method(self, fitted, textures):
        with pytest.raises(ValueError, match="something"):
            fitted.predict_proba(textures.X_test, method="something")

    def test_confidence(self, fitted, textures):
        labels, confidence = fitted.predict(textures.X_test, return_confidence=True)
        p, again = fitted.predict_proba(textures.X_test, return_confidence=True)
        assert_array_equal(labels, fitted.predict(textures.X_test))
        assert_array_equal(p, fitted.predict_proba(textures.X_test))
        assert_array_equal(confidence, again)
        assert confidence.shape == labels.shape
        assert confidence.min() >= 0 and confidence.max() <= 1

    def test_rejection(self, fitted, textures):
        labels = fitted.predict(textures.X_test)
        kept, stats = fitted.predict_with_rejection(textures.X_test, return_stats=True)
        assert set(np.unique(kept)) <= {-2, 0, 1}
        assert_array_equal(kept[kept != -2], labels[kept != -2])
        expected_rate, upper_rate, _ = stats
        assert 0 <= expected_rate <= upper_rate

    def test_rank(self, fitted, textures):
        scores = fitted.decision_function(textures.X_test)
        expected = [(fitted.decision_scores_ < score).sum() for score in scores]
        ranks = fitted._predict_rank(textures.X_test)
        assert_array_equal(ranks, expected)
        normalised = fitted._predict_rank(textures.X_test, normalized=True)
        assert_allclose(normalised, ranks / ranks.max())

    def test_fit_predict(self, make, fit, tiny_images):
        clf = make(**TINY)
        labels = clf.fit_predict(tiny_images, **clf._test_fit_params(tiny_images))
        assert_array_equal(labels, fit(make(**TINY), tiny_images).labels_)

    def test_fit_predict_score(self, make, tiny_images):
        y = np.arange(12) % 2
        clf = make(**TINY)
        if clf._test_fit_params(tiny_images):
            pytest.skip("PyOD's fit_predict_score hands images and labels only to fit")
        roc = clf.fit_predict_score(tiny_images, y, scoring="roc_auc_score")
        assert roc == roc_auc_score(y, clf.decision_scores_)
        precision = clf.fit_predict_score(tiny_images, y, scoring="prc_n_score")
        top = np.argsort(-clf.decision_scores_)[:6]
        assert precision == pytest.approx(y[top].mean())
        with pytest.raises(NotImplementedError):
            clf.fit_predict_score(tiny_images, y, scoring="something")

    def test_parameters_are_stored_and_cloned(self, make):
        clf = make(contamination=0.2)
        copy = clone(clf)
        assert copy is not clf
        assert copy.get_params() == clf.get_params()
        assert clf.get_params()["contamination"] == 0.2
        assert clf.set_params(steps=3).steps == 3

    @pytest.mark.parametrize("contamination", [0, 0.6, -1])
    def test_contamination_out_of_range(self, make, contamination):
        with pytest.raises(ValueError, match="contamination"):
            make(contamination=contamination)

    def test_not_fitted(self, make, tiny_images):
        for method in ("decision_function", "predict", "transform", "augment"):
            with pytest.raises(NotFittedError):
                getattr(make(), method)(tiny_images)


class TestThresholdObjects:
    def test_labels_are_those_of_the_object(self, make, fit, tiny_images):
        clf = fit(make(**TINY, contamination=IQR()), tiny_images)
        expected = IQR().fit(clf.decision_scores_).labels_
        assert_array_equal(clf.labels_, expected)
        assert set(np.unique(clf.predict(tiny_images))) <= {0, 1}

    def test_detectors_that_share_an_object_stay_apart(self, make, fit, tiny_images):
        shared = IQR()
        first = fit(make(**TINY, contamination=shared), tiny_images)
        before = first.predict(tiny_images)
        other = make(**TINY, contamination=shared)
        fit(other, np.random.default_rng(1).random((8, 16, 16)))
        assert_array_equal(first.predict(tiny_images), before)
        assert vars(shared) == vars(IQR())


class TestReproducibility:
    def test_refit_and_clone_give_identical_scores(self, make, fit, tiny_images):
        clf = fit(make(**TINY), tiny_images)
        scores = clf.decision_function(tiny_images)
        assert_array_equal(fit(clone(clf), tiny_images).decision_scores_, scores)
        assert_array_equal(fit(clf, tiny_images).decision_scores_, scores)

    def test_another_seed_gives_other_scores(self, make, fit, tiny_images):
        scores = fit(make(**TINY), tiny_images).decision_scores_
        other = fit(make(**TINY, random_state=1), tiny_images).decision_scores_
        assert not np.array_equal(scores, other)

    def test_no_seed_draws_anew(self, make, fit, tiny_images):
        scores = fit(make(**TINY, random_state=None), tiny_images).decision_scores_
        other = fit(make(**TINY, random_state=None), tiny_images).decision_scores_
        assert not np.array_equal(scores, other)

    def test_global_random_state_is_untouched(self, make, fit, tiny_images):
        def states():
            return (
                random.getstate(),
                np.random.get_state()[1].copy(),  # noqa: NPY002
                torch.get_rng_state(),
            )

        before = states()
        clf = fit(make(**TINY), tiny_images)
        clf.augment(tiny_images)
        clf.decision_function(tiny_images)
        after = states()
        assert before[0] == after[0]
        assert_array_equal(before[1], after[1])
        assert torch.equal(before[2], after[2])

    def test_threads_do_not_share_a_seed(self, make, fit, tiny_images):
        seeds = range(4)

        def fit_with(seed):
            return fit(make(**TINY, random_state=seed), tiny_images).decision_scores_

        alone = [fit_with(seed) for seed in seeds]
        together = Parallel(n_jobs=4, backend="threading")(
            delayed(fit_with)(seed) for seed in seeds
        )
        assert_allclose(together, alone, rtol=1e-6)

    def test_pickle_joblib_and_pyod_give_identical_scores(
        self, fitted, textures, tmp_path
    ):
        scores = fitted.decision_function(textures.X_test)
        joblib.dump(fitted, tmp_path / "joblib")
        save(fitted, tmp_path / "pyod.joblib")
        copies = [
            pickle.loads(pickle.dumps(fitted)),
            joblib.load(tmp_path / "joblib"),
            load(tmp_path / "pyod.joblib", trusted=True),
        ]
        for copy in copies:
            assert_array_equal(copy.decision_function(textures.X_test), scores)
            assert copy.threshold_ == fitted.threshold_

    def test_labels_are_ignored(self, make, fit, tiny_images):
        scores = fit(make(**TINY), tiny_images).decision_scores_
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "No start aligned")
            labelled = fit(make(**TINY), tiny_images, y=np.array([-1, 0, 1] * 4))
        assert_array_equal(labelled.decision_scores_, scores)
        assert labelled.predict_proba(tiny_images).shape == (12, 2)


class TestAugment:
    def test_is_seeded_and_keeps_the_shape(self, fitted, textures):
        X = textures.X_test[:6]
        augmented = fitted.augment(X, random_state=3)
        assert augmented.shape == X.shape
        assert augmented.dtype == np.float32
        assert augmented.min() >= 0 and augmented.max() <= 1
        assert_array_equal(augmented, fitted.augment(X, random_state=3))
        assert not np.array_equal(augmented, fitted.augment(X, random_state=4))
        changed = np.abs(augmented - X / 255).max(axis=(1, 2)) > 0
        assert changed.all()

    def test_pseudo_anomalies_score_higher(self, fitted, textures):
        X = fitted.augment(textures.X_train, random_state=0)
        scores = fitted.decision_function(X)
        assert np.median(scores) > np.median(fitted.decision_scores_)


class TestBadInput:
    @pytest.mark.parametrize(
        ("parameters", "word"),
        [
            ({"steps": -1}, "steps"),
            ({"steps": 1.5}, "steps"),
            ({"batch_size": 0}, "batch_size"),
            ({"image_size": 4}, "image_size"),
            ({"lr": 0}, "lr"),
            ({"jitter": 2}, "jitter"),
            ({"jitter": (0.1, 0.2)}, "jitter"),
            ({"optimizer": "lion"}, "lion"),
            ({"precision": "int8"}, "int8"),
            ({"device": "abacus"}, "abacus"),
            ({"backbone": "resnet_of_dreams"}, "resnet_of_dreams"),
            ({"density": "lognormal"}, "lognormal"),
            ({"density": IsolationForest()}, "PyOD"),
            ({"weights": "DEFAULT"}, "weights"),
        ],
    )
    def test_parameters(self, make, fit, tiny_images, parameters, word):
        with pytest.raises(ValueError, match=word):
            fit(make(**{**TINY, **parameters}), tiny_images)

    @pytest.mark.parametrize("contamination", [0.9, 0, "auto", None])
    def test_contamination_set_later(self, make, fit, tiny_images, contamination):
        clf = make(**TINY).set_params(contamination=contamination)
        with pytest.raises(ValueError, match="contamination"):
            fit(clf, tiny_images)

    def test_one_image_is_too_few(self, make, fit, tiny_images):
        with pytest.raises(ValueError, match="at least 2"):
            fit(make(**TINY), tiny_images[:1])

    def test_identical_images_cannot_be_fitted(self, make, fit):
        with pytest.raises(ValueError, match="the same"):
            fit(make(**TINY), np.zeros((5, 16, 16)))

    def test_a_failed_refit_keeps_what_was_trained(self, make, fit, tiny_images):
        clf = fit(make(**TINY), tiny_images)
        scores = clf.decision_function(tiny_images)
        for bad in (np.full((4, 16, 16), np.nan), np.zeros((5, 16, 16)), []):
            with pytest.raises(ValueError):
                fit(clf, bad)
        clf.set_params(contamination=Refuses())
        with pytest.raises(RuntimeError, match="refused"):
            fit(clf, tiny_images[:6])
        assert_array_equal(clf.decision_function(tiny_images), scores)
        assert_array_equal(clf.decision_scores_, scores)
        assert len(clf.labels_) == len(tiny_images)

    def test_parameters_set_after_fitting_wait_for_the_next_fit(
        self, make, fit, tiny_images
    ):
        clf = fit(make(**TINY), tiny_images)
        scores = clf.decision_function(tiny_images)
        clf.set_params(image_size=32)
        assert_array_equal(clf.decision_function(tiny_images), scores)

    def test_fewer_images_than_a_batch(self, make, fit, tiny_images):
        clf = fit(make(**{**TINY, "batch_size": 32}), tiny_images[:3])
        assert np.isfinite(clf.decision_function(tiny_images)).all()


class TestParts:
    def test_any_pyod_detector_as_density(self, make, fit, tiny_images):
        knn = KNN(n_neighbors=3)
        clf = fit(make(**TINY, density=knn), tiny_images)
        Z = clf.transform(tiny_images)
        expected = KNN(n_neighbors=3).fit(Z).decision_function(Z)
        assert_allclose(clf.decision_scores_, expected)
        assert not hasattr(knn, "decision_scores_")

    def test_a_random_density_is_seeded(self, make, fit, tiny_images):
        first, second = (
            fit(make(**TINY, density=IForest(n_estimators=5)), tiny_images)
            for _ in range(2)
        )
        assert_array_equal(first.decision_scores_, second.decision_scores_)

    def test_thin_detectors_equal_augmentation_ssad(self, make, fit, tiny_images):
        thin = fit(make(**TINY), tiny_images)
        if type(thin)._learn is not BaseSSAD._learn:
            pytest.skip("Learns in another way than from one fixed augmentation.")
        general = AugmentationSSAD(
            thin.augmentation_,
            lr=thin.lr,
            precision=thin.precision,
            random_state=0,
            **TINY,
        )
        general.fit(tiny_images)
        assert_array_equal(general.decision_scores_, thin.decision_scores_)

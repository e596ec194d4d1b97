"""GOAD of tables."""

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris, load_wine
from sklearn.metrics import roc_auc_score

import pyod_ssad
from pyod_ssad import GOAD
from tests.pyod_ssad.detectors.making import X, make


class TestTables:
    def test_one_class_of_wines_and_irises_is_told_from_the_others(self):
        for load in (load_wine, load_iris):
            rows, classes = load(return_X_y=True)
            clf = GOAD(steps=50, random_state=0).fit(rows[classes == 0][::2])
            scores = clf.decision_function(rows)
            assert roc_auc_score(classes != 0, scores) > 0.95
            assert clf.n_features_in_ == rows.shape[1]
            assert len(clf.decision_scores_) == len(rows[classes == 0][::2])

    def test_frames_lists_and_arrays_are_the_same(self, tmp_path):
        rows = load_iris().data[:40]
        clf = make(GOAD).fit(rows)
        scores = clf.decision_function(rows)
        for form in (pd.DataFrame(rows), rows.tolist(), torch.from_numpy(rows)):
            assert_array_equal(make(GOAD).fit(form).decision_function(form), scores)
        clf.save(tmp_path / "goad")
        loaded = pyod_ssad.load(tmp_path / "goad")
        assert_array_equal(loaded.decision_function(rows), scores)
        assert_array_equal(loaded.predict_proba(rows), clf.predict_proba(rows))

    def test_columns_have_no_scale(self):
        rows = load_iris().data[:40]
        scaled = rows * [1e-3, 1, 1e4, 7] + [0, 5, -2, 1]
        first, second = (make(GOAD).fit(Z).decision_function(Z) for Z in (rows, scaled))
        assert_allclose(first, second, rtol=1e-3)

    def test_a_refit_on_images_forgets_the_table(self):
        clf = make(GOAD).fit(load_iris().data[:40])
        with pytest.raises(ValueError, match="no table.*4 columns"):
            clf.decision_function(X)
        clf.fit(X)
        assert clf.n_features_in_ is None
        assert clf.decision_function(X).shape == (12,)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda clf, Z: clf.predict(Z[:, :3]), "Got 3 columns; wanted 4"),
            (lambda clf, Z: clf.fit(np.full_like(Z, np.nan)), "NaN"),
            (lambda clf, Z: clf.fit(Z[:2]), "at least 3"),
            (lambda clf, Z: clf.augment(Z), "no pseudo anomalies"),
        ],
    )
    def test_what_is_wrong_is_said(self, call, words):
        rows = load_iris().data[:40]
        clf = make(GOAD).fit(rows)
        with pytest.raises(ValueError, match=words):
            call(clf, rows)

    def test_a_gaussian_sees_how_far_a_row_lies(self):
        rows, classes = load_wine(return_X_y=True)
        clf = GOAD(steps=50, density="gaussian", random_state=0)
        scores = clf.fit(rows[classes == 0][::2]).decision_function(rows)
        assert roc_auc_score(classes != 0, scores) > 0.95

    def test_a_density_sees_what_transform_returns(self):
        rows = load_iris().data[:40]
        clf = make(GOAD, density="gaussian").fit(rows)
        Z = clf.transform(rows)
        assert np.ptp(np.linalg.norm(Z, axis=1)) > 0.1
        scores = clf.density_.decision_function(Z)
        assert_array_equal(scores, clf.decision_function(rows))

    def test_preprocess_leaves_rows_before_and_after_fit(self):
        rows = load_iris().data[:40].astype(np.float32)
        assert_array_equal(make(GOAD).preprocess(rows), rows)
        assert_array_equal(make(GOAD).fit(rows).preprocess(rows), rows)
        assert make(GOAD).preprocess(X).shape == (12, 16, 16, 3)

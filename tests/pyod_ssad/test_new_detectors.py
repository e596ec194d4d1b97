"""What of the detectors is not common to all: tables, known anomalies, variants."""

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_iris, load_wine
from sklearn.metrics import roc_auc_score
from torch import nn

import pyod_ssad
from pyod_ssad import (
    CSI,
    DAE,
    GEOM,
    GOAD,
    SSD,
    CutPasteSSAD,
    DeepSAD,
    PretrainedFeatures,
    RotationSSAD,
)
from pyod_ssad.augmentations import CutPasteScar, CutPasteUnion
from pyod_ssad.checks._subject import TINY

X = np.random.default_rng(0).random((12, 16, 16, 3), dtype=np.float32)


def make(cls, **parameters):
    return cls(**{**TINY, "random_state": 0, **parameters})


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


class TestKnownAnomalies:
    y = np.array([0] * 9 + [1] * 3)

    def test_scores_are_of_the_others(self):
        clf = make(DeepSAD).fit(X, self.y)
        assert len(clf.decision_scores_) == len(clf.labels_) == 9

    def test_are_learned_from(self):
        bright = np.clip(X[:9] * 0.5, 0, 1), np.clip(X[9:] * 0.5 + 0.5, 0, 1)
        both, y = np.concatenate(bright), self.y
        settings = {"augmentation": "flip", "jitter": 0.0, "steps": 80, "lr": 3e-3}
        scores = {
            is_told: make(DeepSAD, **settings)
            .fit(both, y if is_told else None)
            .decision_function(both)
            for is_told in (True, False)
        }
        assert scores[True][9:].min() > scores[True][:9].max()
        assert_array_equal(
            make(DeepSAD).fit(X, np.zeros(12)).decision_function(X),
            make(DeepSAD).fit(X).decision_function(X),
        )

    @pytest.mark.parametrize(
        ("y", "words"),
        [
            (np.zeros(5), r"shape \(5,\).*12 images"),
            (np.array([-1] * 12), "values \\[-1\\]"),
            (np.ones(12), "calls 12 of 12"),
        ],
    )
    def test_other_labels_are_refused(self, y, words):
        with pytest.raises(ValueError, match=words):
            make(DeepSAD).fit(X, y)


class TestOwnScores:
    def test_what_is_set_after_fit_waits(self):
        clf = make(GEOM).fit(X)
        scores = clf.decision_function(X)
        clf.set_params(density="gaussian", shift=0.25)
        assert_array_equal(clf.decision_function(X), scores)

    @pytest.mark.parametrize(
        ("cls", "name"),
        [
            (RotationSSAD, "classifier"),
            (GEOM, "mean_probability"),
            (SSD, "clusters"),
            (CSI, "csi"),
            (DAE, "reconstruction"),
            (DeepSAD, "distance"),
        ],
    )
    def test_are_chosen_by_the_density(self, cls, name):
        own, gaussian = (
            make(cls, density=d).fit(X).decision_function(X) for d in (name, "gaussian")
        )
        assert np.isfinite(own).all()
        assert np.abs(own - gaussian).min() > 0

    def test_other_names_are_refused_with_the_known_ones(self):
        with pytest.raises(ValueError, match="density.*gaussian"):
            make(GEOM, density="dirichlett").fit(X)


class TestVariants:
    def test_make_what_they_are_named_after(self):
        made = [make(CutPasteSSAD, variant=v).fit(X) for v in ("scar", "union", "3way")]
        kinds = [type(clf.augmentation_) for clf in made]
        assert kinds == [CutPasteScar, CutPasteUnion, CutPasteUnion]
        outputs = [clf.network_.head[-1].out_features for clf in made]
        assert outputs == [2, 2, 3]

    def test_others_are_refused(self):
        with pytest.raises(ValueError, match="variant.*3way.*Did you mean '3way'"):
            make(CutPasteSSAD, variant="3-way").fit(X)


class TestPretrained:
    def test_features_are_those_of_the_layers(self):
        network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 6, 3))

        clf = PretrainedFeatures(
            lambda: network, layers=["0", "2"], pool="mean", image_size=16
        )
        Z = clf.fit(X).transform(X)
        assert Z.shape == (12, 10)
        encoder = clf.network_.encoder
        images = torch.from_numpy(clf.preprocess(X).transpose(0, 3, 1, 2)).float() / 255
        with torch.no_grad():
            first = network[0](encoder.scale(images)).mean((2, 3))
        assert_allclose(Z[:, :4], first.numpy(), atol=1e-5)

    def test_no_pseudo_anomalies_and_no_training(self):
        clf = PretrainedFeatures("small_cnn", None, image_size=16, random_state=0)
        assert not hasattr(clf.fit(X), "augment")
        assert not hasattr(clf, "history_")

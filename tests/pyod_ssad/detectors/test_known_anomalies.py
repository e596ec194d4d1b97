"""Known anomalies, which Deep SAD learns from."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pyod_ssad import DeepSAD
from tests.pyod_ssad.detectors.making import X, make


class TestKnownAnomalies:
    y = np.array([0] * 9 + [1] * 3)

    def test_scores_are_of_the_others(self):
        clf = make(DeepSAD).fit(X, self.y)
        assert len(clf.decision_scores_) == len(clf.labels_) == 9

    def test_are_learned_from(self):
        settings = {"augmentation": "flip", "jitter": 0.0, "steps": 80, "lr": 3e-3}
        scores = {
            is_told: make(DeepSAD, **settings)
            .fit(X, self.y if is_told else None)
            .decision_function(X)
            for is_told in (True, False)
        }
        assert scores[True][9:].min() > scores[True][:9].max()
        assert scores[False][9:].min() < scores[False][:9].max()
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

"""Scores of a detector's own, chosen by its density."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pyod_ssad import CSI, DAE, GEOM, SSD, DeepSAD, RotationSSAD
from tests.pyod_ssad.detectors.making import X, make


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

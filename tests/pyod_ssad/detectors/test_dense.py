"""The detector of patches that learns where pseudo anomalies are."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pyod.models.knn import KNN
from sklearn.metrics import roc_auc_score

from model_selection import pixel_auroc
from pyod_ssad import DenseSSAD
from pyod_ssad.augmentations import CutDiff
from pyod_ssad.datasets import load_textures
from pyod_ssad.densities.aligned_patches import AlignedPatches
from pyod_ssad.densities.coreset import PatchCoreset
from pyod_ssad.densities.patch_detector import PatchDetector
from tests.pyod_ssad.detectors.making import X, make


def test_the_density_is_told_of_what_the_augmentation_changes():
    clf = make(DenseSSAD, augmentation=CutDiff(patch_area=0.2)).fit(X)
    assert isinstance(clf.density_, AlignedPatches)
    assert clf.map_density_ is clf.density_
    stage = clf._fitted_stage(0)
    data = clf._check_images(X).load(slice(None), 16)
    stage.observe(clf.network_, data, clf._make_plan())
    again = stage.make_density()
    assert_allclose(again.mean, clf.density_.mean, rtol=1e-6)
    assert_allclose(again.covariance, clf.density_.covariance, rtol=1e-6)
    largest = clf.patch_scores(X).max(axis=(1, 2))
    assert_allclose(clf.decision_function(X), largest, rtol=1e-6)


@pytest.mark.parametrize(
    ("density", "kind"), [("coreset", PatchCoreset), (KNN(), PatchDetector)]
)
def test_other_densities_of_patches_of_the_trained_network(density, kind):
    clf = make(DenseSSAD, density=density).fit(X)
    assert isinstance(clf.density_, kind)
    assert clf.anomaly_map(X).shape == (12, 16, 16)


def test_cross_fitting_tells_each_network_s_density_of_its_own_patches():
    plain = make(DenseSSAD, augmentation=CutDiff(0.2)).fit(X)
    crossed = make(DenseSSAD, augmentation=CutDiff(0.2), calibration="cross_fit").fit(X)
    assert_array_equal(crossed.decision_function(X), plain.decision_function(X))
    assert not np.allclose(crossed.decision_scores_, plain.decision_scores_)
    later = plain.cross_calibrate(X)
    assert_allclose(later.decision_scores_, crossed.decision_scores_, rtol=1e-6)


def test_a_density_that_is_unknown_is_named():
    with pytest.raises(ValueError, match=r"\['aligned', 'coreset'.*mean 'aligned'"):
        make(DenseSSAD, density="algned").fit(X)


def test_blobs_on_bricks_are_found_and_located():
    data = load_textures(
        "brick",
        size=32,
        n_train=60,
        kinds=["dark_blob"],
        n_test_normal=30,
        n_per_kind=30,
        defect_area=(0.02, 0.06),
    )
    clf = DenseSSAD(
        image_size=32, steps=20, batch_size=16, calibration="density", random_state=0
    ).fit(data.X_train)
    assert roc_auc_score(data.y_test, clf.decision_function(data.X_test)) > 0.9
    assert pixel_auroc(data.masks_test, clf.anomaly_map(data.X_test)) > 0.9

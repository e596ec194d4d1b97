"""Every detector: the public checks, and what of them is of this package only."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.utils.persistence import load, save
from pythresh.thresholds.iqr import IQR
from sklearn.metrics import roc_auc_score

from pyod_ssad import AugmentationSSAD, CutDiffSSAD, CutOutSSAD, CutPasteSSAD
from pyod_ssad.calibration import out_of_fold_scores
from pyod_ssad.checks import parametrize_with_checks
from pyod_ssad.checks._subject import TINY, Subject
from pyod_ssad.datasets import load_textures
from pyod_ssad.detectors import DETECTORS
from pyod_ssad.detectors._patch import PatchSSAD
from pyod_ssad.seeding import draw_seed


@parametrize_with_checks([cls() for cls in DETECTORS.values()])
def test_detectors(subject, check):
    check(subject)


# CutAvg is left out: what it learns are flat boxes, and it finds some blobs by luck.
@pytest.mark.parametrize("cls", [CutOutSSAD, CutDiffSSAD, CutPasteSSAD])
def test_dark_blobs_on_bricks_are_found(cls):
    data = load_textures(
        "brick",
        size=32,
        n_train=80,
        kinds=["dark_blob"],
        n_test_normal=40,
        n_per_kind=40,
        defect_area=(0.04, 0.1),
    )
    clf = cls(image_size=32, steps=60, batch_size=16, random_state=0)
    scores = clf.fit(data.X_train).decision_function(data.X_test)
    assert roc_auc_score(data.y_test, scores) > 0.85


@pytest.fixture(params=list(DETECTORS))
def subject(request):
    return Subject(DETECTORS[request.param]())


class TestThresholdObjects:
    def test_labels_are_those_of_the_object(self, subject):
        clf = subject.fit_tiny(contamination=IQR())
        expected = IQR().fit(clf.decision_scores_).labels_
        assert_array_equal(clf.labels_, expected)
        assert set(np.unique(clf.predict(subject.tiny_images))) <= {0, 1}

    def test_detectors_that_share_an_object_stay_apart(self, subject):
        shared = IQR()
        first = subject.fit_tiny(contamination=shared)
        before = first.predict(subject.tiny_images)
        subject.fit_tiny(
            np.random.default_rng(1).random((8, 16, 16)), contamination=shared
        )
        assert_array_equal(first.predict(subject.tiny_images), before)
        assert vars(shared) == vars(IQR())


def test_joblib_and_pyod_give_identical_scores(subject, tmp_path):
    fitted, X = subject.fit_tiny(), subject.tiny_images
    joblib.dump(fitted, tmp_path / "joblib")
    save(fitted, tmp_path / "pyod.joblib")
    copies = [
        joblib.load(tmp_path / "joblib"),
        load(tmp_path / "pyod.joblib", trusted=True),
    ]
    for copy in copies:
        assert_array_equal(copy.decision_function(X), fitted.decision_function(X))
        assert copy.threshold_ == fitted.threshold_


class TestParts:
    def test_any_pyod_detector_as_density(self, subject):
        left_out = subject.detector._checks_that_do_not_fit
        if "check_a_gaussian_of_the_embeddings_can_score" in left_out:
            pytest.skip("Its density sees patches.")
        knn = KNN(n_neighbors=3)
        clf = subject.fit_tiny(density=knn)
        Z = clf.transform(subject.tiny_images)
        expected = KNN(n_neighbors=3).fit(Z).decision_function(Z)
        assert_allclose(clf.decision_function(subject.tiny_images), expected)
        expected = out_of_fold_scores(lambda: KNN(n_neighbors=3), Z, draw_seed(0))
        assert_allclose(clf.decision_scores_, expected)
        assert not hasattr(knn, "decision_scores_")

    def test_a_random_density_is_seeded(self, subject):
        first, second = (
            subject.fit_tiny(density=IForest(n_estimators=5)) for _ in range(2)
        )
        assert_array_equal(first.decision_scores_, second.decision_scores_)

    def test_thin_detectors_equal_augmentation_ssad(self, subject):
        thin = subject.fit_tiny()
        if not isinstance(thin, PatchSSAD):
            pytest.skip("Is no AugmentationSSAD by a shorter name.")
        general = AugmentationSSAD(
            thin.augmentation_,
            lr=thin.lr,
            precision=thin.precision,
            random_state=0,
            **TINY,
        )
        general.fit(subject.tiny_images)
        assert_array_equal(general.decision_scores_, thin.decision_scores_)

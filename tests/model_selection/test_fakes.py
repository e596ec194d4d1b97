"""What the checks of criteria stand on: detectors that need no training."""

import numpy as np
import pytest

from model_selection._fakes import CornerDetector, ScoreOnly, Untouchable


def test_score_only_is_the_distance_from_the_training_mean():
    detector = ScoreOnly().fit(np.array([[0.0, 1.0], [2.0, 5.0]]))
    got = detector.decision_function(np.array([[1.0, 3.0], [4.0, 7.0]]))
    np.testing.assert_array_equal(got, [0.0, 5.0])


@pytest.mark.parametrize(
    ("aligned", "corners"), [(True, [0, 1, 0, 1]), (False, [0, 1, 2, 3])]
)
def test_each_kind_of_row_has_its_corner(aligned, corners):
    """Training, augmented, normal and anomalous rows, in that order."""
    X = np.column_stack([[0, 1, 2, 3], [50.0, 100.0, 150.0, 200.0]])
    want = np.eye(5)[corners]
    want[:, 4] = [1.0, 2.0, 3.0, 4.0]
    np.testing.assert_allclose(CornerDetector(aligned).transform(X), want)


def test_augmentation_shuffles_the_noise():
    X = np.arange(18.0).reshape(2, 9)
    got = CornerDetector().augment(X, random_state=0)
    np.testing.assert_array_equal(got[:, 0], [1, 1])
    np.testing.assert_array_equal(np.sort(got[:, 1:]), X[:, 1:])
    assert (got[:, 1:] != X[:, 1:]).any()


@pytest.mark.parametrize(
    ("read", "word"),
    [
        (len, "len"),
        (list, "iter"),
        (bool, "bool"),
        (lambda labels: labels == 1, "eq"),
        (np.asarray, "__array.*"),
        (lambda labels: labels.shape, "shape"),
    ],
    ids=["len", "list", "bool", "eq", "array", "attribute"],
)
def test_labels_refuse_whatever_reads_them(read, word):
    with pytest.raises(AssertionError, match=f"^labels were read: {word}$"):
        read(Untouchable())

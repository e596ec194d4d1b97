"""Score matrices of a group."""

import numpy as np
import pytest

from model_selection import HITS, MC, SEL, score_matrix
from model_selection._fakes import CornerDetector
from tests.model_selection.fakes import classical


def test_a_column_a_model(zoo, planted):
    matrix = score_matrix(zoo, planted[1])
    assert matrix.shape == (40, 4)
    np.testing.assert_array_equal(matrix[:, 2], zoo[2].decision_function(planted[1]))


def test_whole_numbers_become_floats(planted):
    class Counting(CornerDetector):
        def decision_function(self, X):
            return X[:, 0].astype(int)

    got = score_matrix([Counting(), Counting()], planted[1])
    want = planted[1][:, [0, 0]]
    np.testing.assert_array_equal(got, want, strict=True)


def test_a_wrong_length_is_named(zoo, planted):
    class Short(CornerDetector):
        def decision_function(self, X):
            return np.zeros(3)

    with pytest.raises(ValueError, match="'short': 3"):
        score_matrix({"good": zoo[0], "short": Short()}, planted[1])


@pytest.mark.parametrize("criterion", [MC(), SEL(), HITS()], ids=repr)
def test_classical_detectors_stand_beside_image_models(criterion, zoo, planted):
    """Agreement with the aligned models still finds the overfitted one."""
    others = [classical()[name].fit(planted[0]) for name in ("knn", "ecod")]
    values = criterion.evaluate([*zoo, *others], *planted)
    assert values.shape == (6,)
    assert np.argmin(values) == 1

"""Detectors that see the same data share them, made once."""

import numpy as np
import pytest

from model_selection import DSV, ModelSelector, all_criteria, embed, score_matrix
from model_selection._fakes import CornerDetector
from model_selection._sharing import Group, SharedData, share
from tests.model_selection.fakes import Passive

DECODED = []


class Decoding(CornerDetector):
    """Takes names of rows, "<kind> <noise> ...", and rounds the noise."""

    def __init__(self, aligned=True, noise_column=1, digits=3, contamination=0.1):
        super().__init__(aligned, noise_column, contamination)
        self.digits = digits

    @property
    def preprocessing(self):
        return ("rows", self.digits)

    def preprocess(self, X):
        if isinstance(X, np.ndarray):
            return X
        DECODED.append((len(X), self.digits))
        return np.round([[float(x) for x in row.split()] for row in X], self.digits)

    def transform(self, X):
        return super().transform(self.preprocess(X))

    def decision_function(self, X):
        return super().decision_function(self.preprocess(X))


class Private(Decoding):
    """Does not say what it sees, so it shares nothing."""

    preprocessing = None


@pytest.fixture
def rows(planted):
    """Training and unlabeled data as names: 40 and 30 of them."""
    DECODED.clear()
    X, X_unlabeled = planted
    sets = (X, X_unlabeled[5:35])
    return [[" ".join(map(str, row)) for row in part] for part in sets]


def group(cls=Decoding):
    """Three detectors that see three digits, two that see one."""
    digits = [3, 1, 3, 1, 3]
    return [cls(i != 1, i + 1, d) for i, d in enumerate(digits)]


# Those draw from the columns of tables, and judge different classes by one another.
OTHERS = {"excess_mass", "mass_volume", "npd", "pseudo_auc"}
CRITERIA = sorted(set(all_criteria()) - OTHERS)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_each_form_of_each_data_set_is_made_once(criterion, rows):
    X, X_unlabeled = rows
    ModelSelector(group(), criterion).fit(X, X_unlabeled=X_unlabeled)
    assert sorted(DECODED) == [(30, 1), (30, 3), (40, 1), (40, 3)]


@pytest.mark.parametrize("criterion", CRITERIA)
def test_sharing_changes_no_value(criterion, rows):
    X, X_unlabeled = rows
    shared, alone = (
        ModelSelector(group(cls), criterion).fit(X, X_unlabeled=X_unlabeled)
        for cls in (Decoding, Private)
    )
    np.testing.assert_array_equal(shared.criterion_values_, alone.criterion_values_)
    np.testing.assert_array_equal(shared.decision_scores_, alone.decision_scores_)
    got = shared.decision_function(X_unlabeled)
    np.testing.assert_array_equal(got, alone.decision_function(X_unlabeled))


def test_judging_on_the_training_data_makes_them_once(rows):
    ModelSelector(group(), "mc").fit(rows[0])
    assert sorted(DECODED) == [(40, 1), (40, 3)]


@pytest.mark.parametrize("criterion", ["dsv", "mc"])
def test_training_data_that_are_unlabeled_data_too_are_made_once(criterion, rows):
    X, _ = rows
    ModelSelector(group(), criterion).fit(X, X_unlabeled=X)
    assert sorted(DECODED) == [(40, 1), (40, 3)]


def test_prefit_detectors_share_too(rows):
    X, X_unlabeled = rows
    fitted = [d.fit(np.round(np.ones((3, 9)), 1)) for d in group()]
    DECODED.clear()
    ModelSelector(fitted, "dsv", prefit=True).fit(X, X_unlabeled=X_unlabeled)
    assert sorted(DECODED) == [(30, 1), (30, 3), (40, 1), (40, 3)]


def test_criteria_and_scores_share_without_a_selector(rows):
    X, X_unlabeled = rows
    fitted = [d.fit(X) for d in group()]
    DECODED.clear()
    matrix = score_matrix(fitted, X_unlabeled)
    assert sorted(DECODED) == [(30, 1), (30, 3)]
    want = [detector.decision_function(X_unlabeled) for detector in fitted]
    np.testing.assert_array_equal(matrix, np.transpose(want))
    DECODED.clear()
    DSV().evaluate(fitted, X, X_unlabeled)
    assert sorted(DECODED) == [(30, 1), (30, 3), (40, 1), (40, 3)]
    DECODED.clear()
    embed(fitted[0], X, X_unlabeled)
    assert sorted(DECODED) == [(30, 3), (40, 3)]


def test_one_data_set_is_made_once_for_two_calls(rows):
    shared = SharedData(rows[0])
    first, second = Decoding(digits=2), Decoding(digits=2)
    assert shared.for_detector(first) is shared.for_detector(second)
    assert shared.as_seen_by(first) is shared.for_detector(second)
    assert DECODED == [(40, 2)]


def test_detectors_that_say_nothing_get_the_data_untouched(rows):
    shared = SharedData(rows[0])
    for detector in (Passive(), Private()):
        assert shared.for_detector(detector) is rows[0]
    assert shared.as_seen_by(Passive()) is rows[0]
    assert shared.as_seen_by(Private()).shape == (40, 9)
    passive = Passive()
    passive.preprocessing = "without preprocess"
    assert shared.for_detector(passive) is rows[0]


def test_a_group_knows_its_data_by_identity():
    members = Group({"one": Passive()})
    X, same = [1, 2], [1, 2]
    assert members.share(X) is members.share(X)
    assert members.share(X) is not members.share(same)
    assert share(members, X) is members.share(X)
    assert share(dict(members), X) is not members.share(X)
    assert members == {"one": members["one"]}


def test_unhashable_preprocessing_is_named():
    class Listing(Decoding):
        preprocessing = ["rows", 3]

    with pytest.raises(TypeError, match=r"Listing must be hashable.*\['rows', 3\]"):
        SharedData(["0 1"]).for_detector(Listing())


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_data_that_cannot_be_read_name_the_detector(n_jobs):
    selector = ModelSelector({"first": Decoding()}, "mc", n_jobs=n_jobs)
    with pytest.raises(RuntimeError, match="detector first failed to fit: ValueError"):
        selector.fit(["no numbers"])

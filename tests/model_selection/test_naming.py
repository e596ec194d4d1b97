"""Names of a list are short, differ, and show in what the detectors differ."""

import pytest
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.ensemble import IsolationForest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from model_selection import MC, OnPixels, SklearnDetector
from model_selection._fakes import CornerDetector
from model_selection._naming import distinct_names, name_detectors


def scaled(detector):
    return make_pipeline(StandardScaler(), detector)


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ([KNN(), LOF()], ["KNN", "LOF"]),
        (
            [KNN(), KNN(n_neighbors=10), LOF()],
            ["KNN(n_neighbors=5)", "KNN(n_neighbors=10)", "LOF"],
        ),
        ([KNN(), KNN()], ["KNN[0]", "KNN[1]"]),
        (
            [KNN(), LOF(), KNN(), KNN(n_neighbors=9)],
            [
                "KNN(n_neighbors=5)[0]",
                "LOF",
                "KNN(n_neighbors=5)[2]",
                "KNN(n_neighbors=9)",
            ],
        ),
        (
            [KNN(method="mean"), KNN(n_neighbors=9)],
            [
                "KNN(method='mean', n_neighbors=5)",
                "KNN(method='largest', n_neighbors=9)",
            ],
        ),
        (
            [scaled(KNN()), scaled(KNN(n_neighbors=9)), scaled(LOF())],
            [
                "StandardScaler+KNN(knn__n_neighbors=5)",
                "StandardScaler+KNN(knn__n_neighbors=9)",
                "StandardScaler+LOF",
            ],
        ),
        (
            [SklearnDetector(IsolationForest()), OnPixels(KNN(), CornerDetector())],
            ["IsolationForest", "KNN"],
        ),
        ([object(), object()], ["object[0]", "object[1]"]),
    ],
)
def test_names_of_a_list(members, names):
    assert name_detectors(members) == (names, members)
    assert name_detectors(tuple(members)) == (names, members)


def test_estimators_are_shown_by_their_classes_and_functions_by_their_names():
    class Holding(CornerDetector):
        def __init__(self, part=None):
            self.part = part

    names, _ = name_detectors([Holding(KNN()), Holding("knn"), Holding(len)])
    assert names == ["Holding(part=KNN)", "Holding(part='knn')", "Holding(part=len)"]


def test_long_values_and_long_lists_are_cut():
    class Long(CornerDetector):
        def __init__(self, first="", second="", third="", fourth=""):
            self.first, self.second = first, second
            self.third, self.fourth = third, fourth

    group = [Long(*[letter * 40] * 4) for letter in "ab"]
    names, _ = name_detectors(group)
    cut = "'aaaaaaaaaaaaaaaaaaaa..."
    assert names[0] == f"Long(first={cut})"
    assert max(map(len, names)) < 80
    alike = [Long("a" * 40 + end) for end in "xy"]
    assert name_detectors(alike)[0] == [f"Long(first={cut})[{i}]" for i in (0, 1)]


def test_pairs_and_dicts_keep_their_names():
    members = [KNN(), IForest()]
    for group in (
        [("near", members[0]), ("trees", members[1])],
        (("near", members[0]), ("trees", members[1])),
        {"near": members[0], "trees": members[1]},
    ):
        assert name_detectors(group) == (["near", "trees"], members)
    assert name_detectors({0.5: members[0]}) == (["0.5"], members[:1])


def test_other_objects_are_told_apart_too():
    group = [MC(), MC(correlation="spearman")]
    names = distinct_names(["mc", "mc"], group)
    assert names == ["mc(correlation='kendall')", "mc(correlation='spearman')"]

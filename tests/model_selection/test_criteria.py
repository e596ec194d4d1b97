"""One suite over every criterion, found by walking the package."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from sklearn.base import clone

import model_selection
from model_selection import (
    DSV,
    MC,
    AlignmentCriterion,
    ConsensusCriterion,
    ModelSelector,
    all_criteria,
    dsv_loss,
    embed,
    get_criterion,
    model_centrality,
    score_matrix,
)
from tests.model_selection.fakes import CornerDetector, Untouchable, planted_data

CRITERIA = all_criteria()
ALIGNMENT = [n for n, c in CRITERIA.items() if issubclass(c, AlignmentCriterion)]
CONSENSUS = [n for n, c in CRITERIA.items() if issubclass(c, ConsensusCriterion)]
MODULES = [
    info.name
    for info in pkgutil.walk_packages(model_selection.__path__, "model_selection.")
]
each_criterion = pytest.mark.parametrize("name", CRITERIA)


@pytest.fixture(scope="module")
def data():
    return planted_data()


@pytest.fixture(scope="module")
def zoo(data):
    """The second of four models is overfitted; the others are aligned."""
    flags = [True, False, True, True]
    models = [CornerDetector(flag, column) for column, flag in enumerate(flags, 1)]
    return [m.fit(data[0]) for m in models]


def losses(criterion, values):
    return -values if criterion.greater_is_better else values


def test_the_known_criteria_are_found():
    alignment = {"base", "discordance", "dsv", "mmd", "separability", "std"}
    assert alignment <= set(ALIGNMENT)
    assert {"hits", "mc", "sel"} <= set(CONSENSUS)
    assert sorted(ALIGNMENT + CONSENSUS) == sorted(CRITERIA)


@each_criterion
def test_planted_bad_model_loses(name, zoo, data):
    """The sign of greater_is_better is right, by a clear margin."""
    criterion = get_criterion(name)
    values = criterion.evaluate(zoo, *data)
    assert values.shape == (4,) and values.dtype == np.float64
    loss = losses(criterion, values)
    others = np.delete(loss, 1)
    assert loss[1] > others.max() + 0.5 * (others.max() - others.min())


@each_criterion
def test_permuted_models_permute_the_values(name, zoo, data):
    order = [2, 1, 3, 0]
    values = get_criterion(name).evaluate(zoo, *data)
    permuted = get_criterion(name).evaluate([zoo[i] for i in order], *data)
    np.testing.assert_allclose(permuted, values[order], rtol=1e-9)


@each_criterion
def test_order_of_samples_does_not_count(name, zoo, data):
    rng = np.random.default_rng(4)
    shuffled = [X[rng.permutation(len(X))] for X in data]
    got = get_criterion(name).evaluate(zoo, *shuffled)
    want = get_criterion(name).evaluate(zoo, *data)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)


@each_criterion
def test_evaluation_repeats_and_leaves_the_data(name, zoo, data):
    before = [X.copy() for X in data]
    first = get_criterion(name).evaluate(zoo, *data, random_state=3)
    second = get_criterion(name).evaluate(zoo, *data, random_state=3)
    np.testing.assert_array_equal(first, second)
    for X, kept in zip(data, before, strict=True):
        np.testing.assert_array_equal(X, kept)


@each_criterion
def test_labels_are_never_read(name, zoo, data):
    X, X_test = data
    selectors = [
        ModelSelector(zoo, name, prefit=True).fit(X, y, X_unlabeled=X_test)
        for y in (None, Untouchable(), [1, 2, 3], "nonsense", np.ones(len(X)))
    ]
    for selector in selectors[1:]:
        np.testing.assert_array_equal(
            selector.criterion_values_, selectors[0].criterion_values_
        )


@each_criterion
def test_dict_of_models_gives_the_same_values(name, zoo, data):
    named = {f"model {i}": model for i, model in enumerate(zoo)}
    got = get_criterion(name).evaluate(named, *data)
    np.testing.assert_array_equal(got, get_criterion(name).evaluate(zoo, *data))


@each_criterion
def test_clone_keeps_the_arguments(name):
    criterion = get_criterion(name)
    copied = clone(criterion)
    assert copied is not criterion
    assert copied.get_params() == criterion.get_params()


@each_criterion
def test_a_group_must_be_a_group(name, data):
    with pytest.raises(ValueError, match="empty"):
        get_criterion(name).evaluate([], *data)
    with pytest.raises(ValueError, match=r"must differ, got \['1', '1'\]"):
        get_criterion(name).evaluate({1: KNN(), "1": KNN()}, *data)
    with pytest.raises(TypeError, match="list of detectors.*got KNN"):
        get_criterion(name).evaluate(KNN(), *data)


@pytest.mark.parametrize("name", ALIGNMENT)
def test_embeddings_made_once_give_the_same_values(name, zoo, data):
    embeddings = [embed(model, *data, random_state=7) for model in zoo]
    got = get_criterion(name).evaluate_embeddings(embeddings)
    want = get_criterion(name).evaluate(zoo, *data, random_state=7)
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", CONSENSUS)
def test_scores_made_once_give_the_same_values(name, zoo, data):
    got = get_criterion(name).evaluate_scores(score_matrix(zoo, data[1]))
    np.testing.assert_array_equal(got, get_criterion(name).evaluate(zoo, *data))


@pytest.mark.parametrize("name", ALIGNMENT)
def test_score_only_detectors_are_named(name, zoo, data):
    group = {"corner": zoo[0], "plain": KNN().fit(data[0])}
    words = "plain has no transform and no augment.*'mc', 'sel'"
    with pytest.raises(TypeError, match=words):
        get_criterion(name).evaluate(group, *data)


@pytest.mark.parametrize("name", CONSENSUS)
def test_non_finite_scores_name_the_detector(name, zoo, data):
    class Broken(CornerDetector):
        def decision_function(self, X):
            return np.full(len(X), np.nan)

    with pytest.raises(ValueError, match="model bad one"):
        get_criterion(name).evaluate({"good": zoo[0], "bad one": Broken()}, *data)


@pytest.mark.parametrize("name", CONSENSUS)
def test_mixed_group_of_detectors(name, zoo, data):
    """Scores compare image models with classical ones."""
    group = [*zoo, KNN().fit(data[0]), ECOD().fit(data[0])]
    criterion = get_criterion(name)
    values = criterion.evaluate(group, *data)
    assert values.shape == (6,)
    assert np.argmax(losses(criterion, values)) == 1


def test_embed_makes_one_copy_a_training_image(zoo, data):
    trn, aug, test = embed(zoo[0], *data, random_state=1)
    assert (len(trn), len(aug), len(test)) == (40, 40, 40)
    np.testing.assert_array_equal(trn[:, :2], [[1, 0]] * 40)
    np.testing.assert_array_equal(aug[:, :2], [[0, 1]] * 40)
    other = embed(zoo[0], *data, random_state=2)[1]
    assert (aug != other).any()
    want = zoo[0].transform(zoo[0].augment(data[0], random_state=1))
    np.testing.assert_array_equal(aug, want)


def test_embed_preprocesses_before_it_augments(data):
    class Resizing(CornerDetector):
        def preprocess(self, X):
            return np.column_stack([X[:, 0], X[:, 1:] * 1000])

        def augment(self, X, random_state=None):
            assert np.abs(X[:, 1:]).max() > 100
            return super().augment(X, random_state)

    detector = Resizing().fit(data[0])
    trn, aug, test = embed(detector, *data)
    assert min(np.abs(Z[:, 4]).max() for Z in (trn, aug, test)) > 20


def test_classes_hand_their_options_on(zoo, data):
    triples = [embed(model, *data) for model in zoo]
    got = DSV(cap=0.1, separability_scale=2).evaluate_embeddings(triples)
    want = [dsv_loss(*t, cap=0.1, separability_scale=2) for t in triples]
    np.testing.assert_array_equal(got, want)
    scores = score_matrix(zoo, data[1])
    got = MC(correlation="spearman").evaluate(zoo, *data)
    np.testing.assert_array_equal(got, model_centrality(scores, correlation="spearman"))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mmd", [{"kernel": "linear"}, {"kernel": "rbf"}]),
        ("sel", [{"rank_order": "descending"}, {"rank_order": "ascending"}]),
        ("hits", [{"rank_order": "descending"}, {"rank_order": "ascending"}]),
        ("mc", [{"correlation": "kendall"}, {"correlation": "spearman"}]),
    ],
)
def test_options_change_the_values(name, options, zoo, data):
    first, second = (CRITERIA[name](**o).evaluate(zoo, *data) for o in options)
    assert not np.allclose(first, second)


def test_score_matrix_has_a_column_a_model(zoo, data):
    matrix = score_matrix(zoo, data[1])
    assert matrix.shape == (40, 4)
    np.testing.assert_array_equal(matrix[:, 2], zoo[2].decision_function(data[1]))


def test_score_matrix_names_a_wrong_length(zoo, data):
    class Short(CornerDetector):
        def decision_function(self, X):
            return np.zeros(3)

    with pytest.raises(ValueError, match="'short': 3"):
        score_matrix({"good": zoo[0], "short": Short()}, data[1])


def test_get_criterion():
    mine = DSV(cap=0.3)
    assert get_criterion(mine) is mine
    assert isinstance(get_criterion("dsv"), DSV)
    with pytest.raises(ValueError, match="unknown criterion 'auc'; known: base, "):
        get_criterion("auc")
    with pytest.raises(TypeError, match="instantiate a class"):
        get_criterion(DSV)


def test_new_file_adds_a_criterion(tmp_path, monkeypatch):
    source = (
        "from model_selection.embedding import AlignmentCriterion\n"
        "__all__ = ['Newcomer']\n"
        "class Newcomer(AlignmentCriterion):\n"
        "    name = 'newcomer'\n"
        "    greater_is_better = True\n"
        "    def value(self, Z_trn, Z_aug, Z_test):\n"
        "        return float(len(Z_trn))\n"
    )
    (tmp_path / "newcomer.py").write_text(source)
    folders = [*model_selection.criteria.__path__, str(tmp_path)]
    monkeypatch.setattr(model_selection.criteria, "__path__", folders)
    try:
        found = get_criterion("newcomer")
    finally:
        sys.modules.pop("model_selection.criteria.newcomer", None)
    assert found.evaluate_embeddings([(np.ones((3, 1)), None, None)]) == [3.0]


@pytest.mark.parametrize("module", ["model_selection", *MODULES])
def test_docstring_examples(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_import_needs_neither_torch_nor_pyod_ssad():
    code = (
        "import sys, model_selection; "
        "print([m for m in ('torch', 'pyod_ssad', 'torchvision') if m in sys.modules])"
    )
    root = Path(model_selection.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True
    )
    assert run.stdout.strip() == "[]", run.stderr

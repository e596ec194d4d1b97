"""Embeddings of one detector, and how alignment criteria call for them."""

import numpy as np
import pytest

from model_selection import DSV, AlignmentCriterion, dsv_loss, embed
from model_selection._fakes import CornerDetector, ScoreOnly


def test_one_copy_a_training_image(zoo, planted):
    trn, aug, test = embed(zoo[0], *planted, random_state=1)
    assert (len(trn), len(aug), len(test)) == (40, 40, 40)
    np.testing.assert_array_equal(trn[:, :2], [[1, 0]] * 40)
    np.testing.assert_array_equal(aug[:, :2], [[0, 1]] * 40)
    other = embed(zoo[0], *planted, random_state=2)[1]
    assert (aug != other).any()
    want = zoo[0].transform(zoo[0].augment(planted[0], random_state=1))
    np.testing.assert_array_equal(aug, want)


def test_preprocessing_comes_before_the_augmentation(planted):
    class Resizing(CornerDetector):
        def preprocess(self, X):
            return np.column_stack([X[:, 0], X[:, 1:] * 1000])

        def augment(self, X, random_state=None):
            assert np.abs(X[:, 1:]).max() > 100
            return super().augment(X, random_state)

    detector = Resizing().fit(planted[0])
    trn, aug, test = embed(detector, *planted)
    assert min(np.abs(Z[:, 4]).max() for Z in (trn, aug, test)) > 20
    assert DSV().evaluate([detector], *planted) == dsv_loss(trn, aug, test)


def test_a_detector_without_embeddings_is_named_by_its_class(planted):
    detector = ScoreOnly().fit(planted[0])
    with pytest.raises(TypeError, match="ScoreOnly has no transform and no augment:"):
        embed(detector, *planted)


def test_whole_numbers_become_floats(zoo, planted):
    class Width(AlignmentCriterion):
        name = "width"
        greater_is_better = True

        def value(self, Z_trn, Z_aug, Z_test):
            return Z_trn.shape[1]

    triples = [embed(model, *planted) for model in zoo]
    want = np.full(4, 5.0)
    got = Width().evaluate_embeddings(triples)
    np.testing.assert_array_equal(got, want, strict=True)
    got = Width().evaluate(zoo, *planted)
    np.testing.assert_array_equal(got, want, strict=True)


def test_non_finite_embeddings_name_the_detector(zoo, planted):
    class Broken(CornerDetector):
        def transform(self, X):
            return np.full((len(X), 5), np.nan)

    with pytest.raises(ValueError, match="detector bad one: Z_trn must be finite"):
        DSV().evaluate({"good": zoo[0], "bad one": Broken()}, *planted)

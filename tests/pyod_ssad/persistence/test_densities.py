"""Densities: plain ones as they are, PyOD's fitted anew."""

import json
import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pyod.models.knn import KNN
from pythresh import thresholds

import pyod_ssad
from pyod_ssad import densities
from pyod_ssad._discovery import find_classes
from pyod_ssad.densities import GaussianDensity, PyODDensity, build_density
from pyod_ssad.densities._patches import PatchDensity
from pyod_ssad.persistence import ModelFileError, registry
from pyod_ssad.persistence.files import CODECS
from pyod_ssad.persistence.tree import Reader, Writer
from tests.pyod_ssad.persistence import own


def round_trip(value, custom=()):
    """Store a value as a file does, and read it again."""
    writer = Writer(CODECS)
    tree = json.loads(json.dumps(writer.write(value)))
    custom = registry.name_custom(custom)
    return Reader(CODECS, writer.arrays, writer.tensors, custom, {}).read(tree)


@pytest.fixture
def embeddings():
    Z = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    return np.split(Z, [40])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", registry.PYOD)
def test_every_listed_pyod_detector_scores_alike(name, embeddings):
    Z, new = embeddings
    density = build_density(registry.find_class(name)(), seed=3).fit(Z)
    loaded = round_trip(density)
    expected = density.decision_function(new)
    assert len(np.unique(expected)) > 1
    assert_array_equal(loaded.decision_function(new), expected)
    assert np.isfinite(loaded.decision_function(new[:1])).all()


OWN = [
    cls
    for cls in find_classes(densities.__name__, densities.__path__, object)
    if cls is not PyODDensity
]
ARGUMENTS = {
    "AlignedPatches": {"mean": np.arange(8.0), "covariance": 9 * np.eye(8)},
    "CSIDensity": {"n_shifts": 2, "bank_size": 9},
    "CentreDensity": {"n_transforms": 2, "eps": 0.5},
    "ClusterMahalanobis": {"n_clusters": 2, "random_state": 3},
    "DirichletDensity": {"n_transforms": 2},
    "KernelDensity": {"gamma": 3.0},
    "MeanProbability": {"n_transforms": 2},
    "OneClassSVM": {"nu": 0.2},
    "PatchCoreset": {"seed": 0},
    "PatchDetector": {"detector": KNN(n_neighbors=3)},
}
WIDTHS = {"GivenScore": 1, "GivenPatches": 1, "MeanProbability": 4}


@pytest.mark.parametrize("cls", OWN)
def test_own_densities_score_and_are_fitted_alike(cls, embeddings):
    width = WIDTHS.get(cls.__name__, 8)
    # Of which some densities want log-probabilities.
    Z, new = (-np.abs(part[:, :width]) for part in embeddings)
    if issubclass(cls, PatchDensity):
        Z, new = (np.stack([part, part[::-1]], axis=1) for part in (Z, new))
    density = cls(**ARGUMENTS.get(cls.__name__, {})).fit(Z)
    loaded = round_trip(density)
    assert repr(loaded) == repr(density)
    assert vars(loaded).keys() == vars(density).keys()
    expected = density.decision_function(new)
    assert expected.dtype == np.float64
    assert expected.shape == (10,)
    assert len(np.unique(expected)) > 1
    assert_array_equal(loaded.decision_function(new), expected)
    again = loaded.fit(Z[:30]).decision_function(new)
    assert_array_equal(again, density.fit(Z[:30]).decision_function(new))


def test_a_gaussian_is_no_reference_to_its_embeddings(embeddings):
    Z, new = embeddings
    density = GaussianDensity().fit(Z)
    loaded = round_trip(density)
    assert vars(loaded).keys() == {"location_", "precision_"}
    assert_array_equal(loaded.decision_function(new), density.decision_function(new))


def test_a_pyod_class_that_is_not_listed_is_handed_in(embeddings):
    Z, new = embeddings
    own_knn = type("OwnKNN", (KNN,), {"__init__": KNN.__init__})
    density = build_density(own_knn(n_neighbors=2)).fit(Z)
    with pytest.raises(ModelFileError, match=r"custom=\[OwnKNN\]"):
        round_trip(density)
    loaded = round_trip(density, [own_knn])
    assert_array_equal(loaded.decision_function(new), density.decision_function(new))


def test_a_fit_that_does_not_repeat_is_told(embeddings, monkeypatch):
    writer = Writer(CODECS)
    tree = writer.write(build_density(KNN(n_neighbors=2)).fit(embeddings[0]))
    reader = Reader(CODECS, writer.arrays, {}, {}, {"numpy": "0.1"})
    score = KNN.decision_function
    monkeypatch.setattr(
        KNN, "decision_function", lambda self, Z: np.nextafter(score(self, Z), 9)
    )
    with pytest.raises(ModelFileError, match=r"other scores.*numpy 0\.1 \(here"):
        reader.read(tree)


@pytest.mark.parametrize("name", registry.PYTHRESH)
def test_every_listed_threshold_object_predicts_alike(name):
    cls = registry.find_class(name)
    assert cls.__module__.startswith(thresholds.__name__)
    scores = np.random.default_rng(0).gamma(3, size=60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        threshold = cls().fit(scores)
        loaded = round_trip(threshold)
        assert_array_equal(loaded.predict(scores * 2), threshold.predict(scores * 2))
    assert loaded.thresh_ == threshold.thresh_


def test_a_density_given_as_parameter_comes_back_unfitted(tmp_path):
    clf = own.fit(density=KNN(n_neighbors=3, metric="manhattan"))
    clf.save(tmp_path / "clf")
    loaded = pyod_ssad.load(tmp_path / "clf", custom=[own.thin_cnn])
    assert loaded.density.get_params() == clf.density.get_params()
    assert not hasattr(loaded.density, "decision_scores_")
    assert_array_equal(loaded.decision_function(own.X), clf.decision_function(own.X))

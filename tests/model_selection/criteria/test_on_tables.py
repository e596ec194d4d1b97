"""Criteria that draw points around a table."""

import numpy as np
import pytest
from pyod.models.iforest import IForest
from pyod.models.knn import KNN

from model_selection import (
    NPD,
    ExcessMass,
    MassVolume,
    ModelSelector,
    excess_mass,
    mass_volume,
)

RNG = np.random.default_rng(1)
DATA, AROUND = RNG.gamma(2.0, size=50), RNG.gamma(5.0, size=70)


def slow_mass_volume(data, around):
    """The smallest level that holds each share, and the volume below it."""
    shares, volumes = np.linspace(0.9, 0.999, 1000), []
    for share in shares:
        level = min(u for u in data if np.mean(data <= u) >= share)
        volumes.append(np.mean(around <= level))
    return sum(
        (a + b) / 2 * (shares[1] - shares[0])
        for a, b in zip(volumes[:-1], volumes[1:], strict=True)
    )


def slow_excess_mass(data, around):
    """The best level at every t, until the excess is below 0.9."""
    area, before = 0.0, 1.0
    for t in np.arange(1, 10_001) / 100:
        excess = max(np.mean(data <= u) - t * np.mean(around <= u) for u in data)
        if excess < 0.9:
            break
        area += (before + excess) / 2 * 0.01
        before = excess
    return area


def test_volumes_agree_with_slow_transcriptions():
    want = slow_mass_volume(DATA, AROUND)
    assert mass_volume(DATA, AROUND) == pytest.approx(want, rel=1e-9)
    want = slow_excess_mass(DATA, AROUND)
    assert excess_mass(DATA, AROUND) == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize("criterion", [ExcessMass(), MassVolume()])
def test_a_tight_model_is_better_than_a_loose_one(criterion):
    """A ring: the box around it is full of points that only neighbours tell from it."""
    angles = RNG.uniform(0, 2 * np.pi, 300)
    X = np.column_stack([np.cos(angles), np.sin(angles)])
    group = {"loose": Centre(), "tight": KNN()}
    selector = ModelSelector(group, criterion).fit(X)
    assert selector.best_name_ == "tight"


class Centre(KNN):
    """Calls normal what is near the mean, where there is nothing."""

    def decision_function(self, X):
        return np.linalg.norm(X, axis=1)


@pytest.mark.parametrize("criterion", [NPD(), ExcessMass(), MassVolume()])
def test_what_is_no_table_is_refused(criterion):
    images = RNG.random((30, 4, 4))
    detector = KNN().fit(images.reshape(30, 16))
    for data, got in ((images, "(30, 4, 4)"), (["a.png"], "list")):
        with pytest.raises(TypeError, match="finite table") as error:
            criterion.evaluate([detector], data, data)
        assert f"got {got}" in str(error.value).replace("shape ", "")


def test_draws_follow_the_seed():
    X = RNG.normal(size=(50, 3))
    group = [KNN().fit(X), IForest(random_state=0).fit(X)]
    for criterion in (NPD(), ExcessMass(), MassVolume()):
        values = [criterion.evaluate(group, X, X, random_state=s) for s in (0, 0, 1)]
        np.testing.assert_array_equal(values[0], values[1])
        assert (values[0] != values[2]).any()


@pytest.mark.parametrize("function", [excess_mass, mass_volume])
def test_what_is_wrong_with_scores_is_said(function):
    with pytest.raises(ValueError, match="1 NaN"):
        function([1.0, np.nan], [1.0])
    with pytest.raises(ValueError, match="0 uniform_scores"):
        function([1.0], [])

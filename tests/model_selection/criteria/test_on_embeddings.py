"""What holds for every criterion on embeddings."""

import numpy as np
import pytest

import model_selection._pairwise as pairwise
from model_selection import (
    discordance,
    distance_std,
    dsv_loss,
    mean_distance,
    separability,
    squared_mmd,
)

PAIR_FUNCTIONS = [mean_distance, distance_std, squared_mmd]
TRIPLE_FUNCTIONS = [discordance, separability, dsv_loss]


@pytest.mark.parametrize("case", range(8))
def test_authors_values(reference, case):
    values = reference("dsv_reference_values")
    want = {
        k.removeprefix(f"case{case}_"): v
        for k, v in values.items()
        if k.startswith(f"case{case}_")
    }
    trn, aug, test = want["train"], want["augmented"], want["test"]
    seen = np.vstack([trn, aug])
    got = {
        "base": mean_distance(seen, test) / 2,
        "mmd": squared_mmd(seen, test),
        "std": -distance_std(seen, test),
        "discordance": discordance(trn, aug, test),
        "negative_separability": -2 * separability(trn, aug, test),
        "dsv": dsv_loss(trn, aug, test, separability_scale=2),
    }
    assert got == pytest.approx({name: float(want[name]) for name in got}, abs=1e-6)


@pytest.mark.parametrize("scale", [0.01, 5.0])
@pytest.mark.parametrize("function", TRIPLE_FUNCTIONS)
def test_ratio_criteria_ignore_rotation_shift_and_scale(function, scale, sets):
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    moved = [scale * z @ turn + 7.0 for z in sets]
    assert function(*moved) == pytest.approx(function(*sets), rel=1e-9)


@pytest.mark.parametrize(
    ("function", "power"), [(mean_distance, 1), (distance_std, 1), (squared_mmd, 2)]
)
def test_distances_scale_with_the_embeddings(function, power, sets):
    A, B, _ = sets
    assert function(3 * A, 3 * B) == pytest.approx(3**power * function(A, B))
    assert function(A + 9, B + 9) == pytest.approx(function(A, B))
    assert function(B, A) == pytest.approx(function(A, B))


@pytest.mark.parametrize("function", TRIPLE_FUNCTIONS)
def test_repeating_every_row_changes_nothing(function, sets):
    twice = [np.repeat(z, 2, axis=0) for z in sets]
    assert function(*twice) == pytest.approx(function(*sets), rel=1e-9)


def test_small_blocks_give_the_same_values(sets, monkeypatch):
    want = [f(*sets) for f in TRIPLE_FUNCTIONS] + [f(*sets[:2]) for f in PAIR_FUNCTIONS]
    want.append(squared_mmd(*sets[:2], kernel="rbf"))
    monkeypatch.setattr(pairwise, "BLOCK_ENTRIES", 1)
    got = [f(*sets) for f in TRIPLE_FUNCTIONS] + [f(*sets[:2]) for f in PAIR_FUNCTIONS]
    got.append(squared_mmd(*sets[:2], kernel="rbf"))
    assert got == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (np.zeros(3), r"Z_test.*2-D.*\(3,\).*reshape"),
        (np.zeros((0, 3)), r"Z_test.*at least one.*\(0, 3\)"),
        (np.full((2, 3), np.nan), "Z_test.*finite.*6 NaN"),
        (np.full((2, 3), np.inf), "Z_test.*finite"),
        (np.zeros((2, 4)), "common width.*'Z_test': 4"),
    ],
)
@pytest.mark.parametrize("function", TRIPLE_FUNCTIONS)
def test_bad_embeddings_are_named(function, bad, words, sets):
    with pytest.raises(ValueError, match=words):
        function(sets[0], sets[1], bad)


@pytest.mark.parametrize("function", PAIR_FUNCTIONS)
def test_bad_pairs_are_named(function, sets):
    with pytest.raises(ValueError, match="Z_a.*finite"):
        function(np.full((2, 3), np.nan), sets[0])

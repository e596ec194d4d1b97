"""Formulas on embeddings: published values, slow transcriptions, hand-made cases."""

import math
import tracemalloc

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


@pytest.fixture
def sets():
    rng = np.random.default_rng(3)
    centres = ([0, 0, 0], [1, 0.5, 0], [0.4, 0.1, 0.3])
    return [
        rng.normal(size=(n, 3)) + c for n, c in zip((7, 5, 9), centres, strict=True)
    ]


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


def all_distances(A, B):
    return [
        math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)))
        for a in A
        for b in B
    ]


def slow_std(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


def slow_mean(values):
    return sum(values) / len(values)


def slow_discordance(trn, aug, test):
    seen = list(trn) + list(aug)
    return slow_mean(all_distances(seen, test)) / slow_mean(all_distances(trn, aug))


def slow_separability(trn, aug, test):
    centre = [slow_mean(column) for column in zip(*trn, strict=True)]
    projections = []
    for t in test:
        for a in aug:
            to_aug = [x - c for x, c in zip(a, centre, strict=True)]
            length = math.sqrt(sum(x * x for x in to_aug))
            to_test = [x - c for x, c in zip(t, centre, strict=True)]
            products = [x * y / length for x, y in zip(to_test, to_aug, strict=True)]
            projections.append(sum(products))
    return slow_std(projections) / slow_mean(all_distances(trn, aug))


def slow_rbf_mmd(A, B):
    pooled = list(A) + list(B)
    distances = sorted(
        all_distances([p], [q])[0] for i, p in enumerate(pooled) for q in pooled[:i]
    )
    half = len(distances) // 2
    width = distances[half]
    if len(distances) % 2 == 0:
        width = (distances[half - 1] + distances[half]) / 2

    def kernel(P, Q):
        return slow_mean(
            [math.exp(-(d**2) / 2 / width**2) for d in all_distances(P, Q)]
        )

    return kernel(A, A) + kernel(B, B) - 2 * kernel(A, B)


def test_slow_transcriptions_agree(sets):
    trn, aug, test = sets
    dis, sep = slow_discordance(*sets), slow_separability(*sets)
    assert mean_distance(trn, aug) == pytest.approx(slow_mean(all_distances(trn, aug)))
    assert distance_std(trn, aug) == pytest.approx(slow_std(all_distances(trn, aug)))
    assert discordance(trn, aug, test) == pytest.approx(dis)
    assert separability(trn, aug, test) == pytest.approx(sep)
    assert dsv_loss(trn, aug, test) == pytest.approx(dis - min(sep, 0.5) / dis)
    assert squared_mmd(trn, aug, kernel="rbf") == pytest.approx(slow_rbf_mmd(trn, aug))
    gap = sum(
        (slow_mean(a) - slow_mean(b)) ** 2 for a, b in zip(trn.T, aug.T, strict=True)
    )
    assert squared_mmd(trn, aug) == pytest.approx(gap)


def test_cap_and_scale_act_on_separability(sets):
    dis, sep = slow_discordance(*sets), slow_separability(*sets)
    assert 0.1 < sep < 0.6
    assert dsv_loss(*sets, cap=0.1) == pytest.approx(dis - 0.1 / dis)
    got = dsv_loss(*sets, cap=9.0, separability_scale=3.0)
    assert got == pytest.approx(dis - 3 * sep / dis)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_perfect_alignment_follows_theory(share):
    """With one point a kind, separability is sqrt(share * (1 - share))."""
    n = 20
    test = np.zeros((n, 2))
    test[: int(share * n), 0] = 3.0
    got = separability([[0.0, 0.0]], [[3.0, 0.0]], test)
    assert got == pytest.approx(math.sqrt(share * (1 - share)))


def test_hand_made_discordance_off_the_line():
    """Test point over the middle: (5 + 5) / 2 over 6."""
    assert discordance([[-3.0, 0.0]], [[3.0, 0.0]], [[0.0, 4.0]]) == pytest.approx(
        5 / 6
    )


def test_invisible_augmentation_is_the_worst_not_nan():
    point, test = np.ones((3, 2)), np.zeros((4, 2))
    assert discordance(point, point, test) == np.inf
    assert separability(point, point, test) == 0.0
    assert dsv_loss(point, point, test) == np.inf
    assert dsv_loss(point, point, point) == np.inf


def test_identical_sets_give_finite_values(sets):
    """An augmentation that changes nothing is bad but no error."""
    trn, _, test = sets
    between = slow_mean(all_distances(trn, trn))
    want = slow_mean(all_distances(trn, test)) / between
    assert discordance(trn, trn, test) == pytest.approx(want)
    assert np.isfinite(dsv_loss(trn, trn, test))


def test_augmented_at_the_training_mean_has_no_direction():
    got = separability([[-1.0], [1.0]], [[0.0]], [[0.0], [5.0]])
    assert got == 0.0


def test_collapsed_embeddings_have_no_discrepancy():
    same = np.ones((4, 3))
    assert squared_mmd(same, same, kernel="rbf") == 0.0
    assert squared_mmd(same, same) == 0.0


def test_rbf_bandwidth_survives_a_zero_median():
    """Five of six points coincide: 10 of 15 distances are 0."""
    A, B = np.zeros((5, 1)), np.array([[3.0]])
    want = 2 - 2 * math.exp(-9.0 / 2)  # mean distance: 5 * 3 / 15 = 1
    assert squared_mmd(A, B, kernel="rbf") == pytest.approx(want)


@pytest.mark.parametrize("function", TRIPLE_FUNCTIONS)
def test_ratio_criteria_ignore_rotation_shift_and_scale(function, sets):
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    moved = [5.0 * z @ turn + 7.0 for z in sets]
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


def test_memory_stays_far_below_all_pairs():
    """All differences would take 3000 * 3000 * 16 * 8 bytes, over 1 GB."""
    Z = np.random.default_rng(0).normal(size=(3000, 16))
    tracemalloc.start()
    distance_std(Z, Z)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6


def test_float32_input_is_computed_in_float64(sets):
    shifted = [z + 4096.0 for z in sets]
    single = [z.astype(np.float32) for z in shifted]
    exact = [z.astype(np.float64) for z in single]
    assert dsv_loss(*single) == dsv_loss(*exact)


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


def test_unknown_kernel_is_named(sets):
    with pytest.raises(ValueError, match="'rbf'.*got 'cubic'"):
        squared_mmd(sets[0], sets[1], kernel="cubic")

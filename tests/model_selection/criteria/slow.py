"""Slow transcriptions by definition, as oracles of the criteria."""

import math

import numpy as np


def slow_tau(x, y):
    """Kendall's tau-b by its definition, pair by pair."""
    agree = x_untied = y_untied = 0
    for i in range(len(x)):
        for j in range(i):
            dx, dy = np.sign(x[i] - x[j]), np.sign(y[i] - y[j])
            agree += dx * dy
            x_untied += dx != 0
            y_untied += dy != 0
    return agree / math.sqrt(x_untied * y_untied) if x_untied * y_untied else 0.0


def slow_weights(column, descending):
    """1 / average rank, counting samples before and level with each."""
    sign = 1 if descending else -1
    ranks = []
    for value in column:
        before = sum(sign * other > sign * value for other in column)
        level = sum(other == value for other in column)
        ranks.append(before + (level + 1) / 2)
    return [1 / rank for rank in ranks]


def slow_select(scores, threshold, descending):
    sign = 1 if descending else -1
    lists = [[sign * w for w in slow_weights(c, descending)] for c in scores.T]

    def consensus(members):
        columns = zip(*(lists[m] for m in members), strict=True)
        return [math.fsum(values) / len(members) for values in columns]

    everyone = range(len(lists))
    start = [slow_tau(column, consensus(everyone)) for column in lists]
    accepted = [max(everyone, key=start.__getitem__)]
    levels = [start[accepted[0]]]
    while True:
        now = [slow_tau(column, consensus(accepted)) for column in lists]
        rest = [m for m in everyone if m not in accepted]
        bar = levels[-1] if threshold == "last" else sum(levels) / len(levels)
        if not rest or max(now[m] for m in rest) <= bar:
            return now
        accepted.append(max(rest, key=now.__getitem__))
        levels.append(now[accepted[-1]])


def slow_hits(scores, descending):
    weights = np.array([slow_weights(c, descending) for c in scores.T])
    hubs = np.ones(len(weights))
    for _ in range(500):
        authorities = hubs @ weights
        hubs = weights @ authorities
        hubs /= math.sqrt(sum(hubs**2))
    return hubs


def all_distances(A, B):
    return [
        math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)))
        for a in A
        for b in B
    ]


def slow_mean(values):
    return sum(values) / len(values)


def slow_std(values):
    mean = sum(values) / len(values)
    return math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


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

"""Pixel metrics against slow transcriptions."""

import numpy as np
import pytest

from model_selection import (
    per_region_overlap,
    pixel_auroc,
    pixel_average_precision,
)

METRICS = [pixel_auroc, pixel_average_precision, per_region_overlap]


def make_images(seed, n_levels=None):
    """Return masks with regions of all sizes, one empty, and maps that half know."""
    rng = np.random.default_rng(seed)
    masks = np.zeros((4, 12, 14), dtype=bool)
    masks[0, 1:3, 1:3] = True
    masks[0, 3, 3] = True  # Touches by a corner: the same region.
    masks[0, 8:12, 6:13] = True
    masks[2, 5, 5] = True
    masks[3, :, :4] = True
    maps = rng.normal(size=masks.shape) + masks
    return masks, maps if n_levels is None else np.round(maps * n_levels) / n_levels


def regions_of(mask):
    """Return sets of positions by flooding from each anomalous pixel."""
    left = {tuple(p) for p in np.argwhere(mask)}
    found = []
    while left:
        region, edge = set(), [left.pop()]
        while edge:
            i, j = edge.pop()
            region.add((i, j))
            near = {(i + a, j + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
            left -= near
            edge += near
        found.append(region)
    return found


def slow_curve(masks, maps):
    """Return false positive rates and overlaps, threshold by threshold."""
    regions = [
        (i, r) for i, mask in enumerate(masks) for r in regions_of(np.asarray(mask))
    ]
    normal = np.concatenate([m[~k] for k, m in zip(masks, maps, strict=True)])
    levels = sorted({v for m in maps for v in np.ravel(m)}, reverse=True)
    points = [(0.0, 0.0)]
    for t in levels:
        shares = [np.mean([maps[i][p] >= t for p in region]) for i, region in regions]
        points.append((np.mean(normal >= t), np.mean(shares)))
    return points


def slow_overlap(masks, maps, max_fpr):
    area, points = 0.0, slow_curve(masks, maps)
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if x0 >= max_fpr or x1 == x0:
            continue
        end = min(x1, max_fpr)
        y_end = y0 + (y1 - y0) * (end - x0) / (x1 - x0)
        area += (end - x0) * (y0 + y_end) / 2
    return area / max_fpr


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n_levels", [None, 2])
@pytest.mark.parametrize("max_fpr", [0.05, 0.3, 1.0])
def test_overlap_is_that_of_its_definition(seed, n_levels, max_fpr):
    masks, maps = make_images(seed, n_levels)
    value = per_region_overlap(masks, maps, max_fpr)
    assert value == pytest.approx(slow_overlap(masks, maps, max_fpr), abs=1e-12)


@pytest.mark.parametrize("n_levels", [None, 2])
def test_auroc_is_the_share_of_pairs_in_order(n_levels):
    masks, maps = make_images(0, n_levels)
    difference = maps[masks][:, None] - maps[~masks]
    wanted = np.mean((difference > 0) + 0.5 * (difference == 0))
    assert pixel_auroc(masks, maps) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("n_levels", [None, 2])
def test_average_precision_sums_over_thresholds(n_levels):
    masks, maps = make_images(0, n_levels)
    wanted = recall = 0.0
    for t in sorted(set(maps.ravel()), reverse=True):
        flagged = maps >= t
        new_recall = (flagged & masks).sum() / masks.sum()
        wanted += (new_recall - recall) * (flagged & masks).sum() / flagged.sum()
        recall = new_recall
    assert pixel_average_precision(masks, maps) == pytest.approx(wanted, abs=1e-12)


def test_regions_count_alike_and_pixels_do_not():
    mask = np.zeros((1, 20, 20), dtype=bool)
    mask[0, :10, :10] = mask[0, 15, 15] = True
    misses_the_small_one = np.zeros(mask.shape)
    misses_the_small_one[0, :10, :10] = 1
    # At 1 half of the regions are found without a false positive; then all is flagged.
    assert per_region_overlap(mask, misses_the_small_one, 0.3) == pytest.approx(0.575)
    assert pixel_auroc(mask, misses_the_small_one) == pytest.approx(1 - 0.5 / 101)


@pytest.mark.parametrize("metric", METRICS)
def test_perfect_maps_have_one(metric):
    masks, _ = make_images(0)
    assert metric(masks, masks.astype(np.float32)) == 1.0


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("values", [np.uint8([0, 1]), np.uint8([0, 255]), [0.0, 1.0]])
def test_masks_are_zero_and_one_or_255(metric, values):
    masks, maps = make_images(0)
    given = np.asarray(values)[masks.astype(int)]
    assert metric(given, maps) == metric(masks, maps)


@pytest.fixture
def mixed_sizes():
    """Return masks and maps of which half have a normal border with low values."""
    masks, maps = make_images(0)
    border = ((0, 0), (0, 3))
    wide_masks = [np.pad(mask, border) for mask in masks[:2]]
    wide_maps = [np.pad(values, border, constant_values=-99) for values in maps[:2]]
    return [*wide_masks, *masks[2:]], [*wide_maps, *maps[2:]]


def test_average_precision_takes_sizes_that_differ(mixed_sizes):
    # What is lowest of all costs no precision.
    wanted = pixel_average_precision(*make_images(0))
    assert pixel_average_precision(*mixed_sizes) == pytest.approx(wanted)


def test_auroc_takes_sizes_that_differ(mixed_sizes):
    masks, maps = make_images(0)
    n, n_more = (~masks).sum(), 2 * 12 * 3
    wanted = (pixel_auroc(masks, maps) * n + n_more) / (n + n_more)
    assert pixel_auroc(*mixed_sizes) == pytest.approx(wanted)


def test_overlap_takes_sizes_that_differ(mixed_sizes):
    wanted = slow_overlap(*mixed_sizes, 0.3)
    assert per_region_overlap(*mixed_sizes) == pytest.approx(wanted)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("masks", "maps", "message"),
    [
        ([np.eye(3)], [], r"1 mask\(s\) and 0 map\(s\)"),
        ([], [], "at least one"),
        (np.eye(3), np.eye(3), "put a single mask into a list"),
        ([np.eye(3) * 7], [np.eye(3)], "values such as .*7.0.*pass mask > 0"),
        ([np.eye(3)], [np.eye(4)], r"shape \(4, 4\), and its mask \(3, 3\)"),
        ([np.eye(3)], [np.full((3, 3), np.nan)], "holds NaN"),
        ([np.eye(3)], [np.full((3, 3), "a")], "no numbers"),
        ([np.zeros((3, 3))], [np.eye(3)], "All 9 pixels are normal"),
        ([np.ones((3, 3))], [np.eye(3)], "All 9 pixels are anomalous"),
    ],
)
def test_what_is_refused(metric, masks, maps, message):
    with pytest.raises(ValueError, match=message):
        metric(masks, maps)


@pytest.mark.parametrize("max_fpr", [0, -0.1, 1.1, float("nan")])
def test_the_end_of_the_curve_is_in_range(max_fpr):
    masks, maps = make_images(0)
    with pytest.raises(ValueError, match="max_fpr must be in"):
        per_region_overlap(masks, maps, max_fpr)

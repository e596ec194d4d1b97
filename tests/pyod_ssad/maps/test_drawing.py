"""Maps from scores of patches."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.ndimage import gaussian_filter

from pyod_ssad.maps import draw_maps


def test_a_map_of_equal_scores_is_flat():
    scores = np.repeat([[1.5], [-2.0]], 16, axis=1)
    maps = draw_maps(scores, 64, (30, 50))
    assert maps.shape == (2, 30, 50) and maps.dtype == np.float32
    assert_allclose(maps[0], 1.5, rtol=1e-6)
    assert_allclose(maps[1], -2.0, rtol=1e-6)


def test_without_a_change_of_size_it_is_the_smoothed_grid():
    scores = np.random.default_rng(0).random((2, 64 * 64))
    maps = draw_maps(scores, 64, (64, 64))
    expected = [gaussian_filter(grid, 1.0) for grid in scores.reshape(2, 64, 64)]
    assert_allclose(maps, expected, rtol=1e-5)


@pytest.mark.parametrize("shape", [(64, 64), (32, 96)])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (1, 6), (5, 2)])
def test_a_peak_is_where_its_patch_is(shape, row, column):
    scores = np.zeros((1, 8, 8))
    scores[0, row, column] = 1.0
    (drawn,) = draw_maps(scores.reshape(1, 64), 64, shape)
    found = np.array(np.unravel_index(drawn.argmax(), shape)) + 0.5
    assert_allclose(found / shape * 8, (row + 0.5, column + 0.5), atol=0.55)

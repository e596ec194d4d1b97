"""What the figures of ST-SSAD show, read back from the figures."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from numpy.testing import assert_allclose, assert_array_equal

import benchmark.st_ssad.augmentation_figures as images
import benchmark.st_ssad.figures as st
from pyod_ssad.self_tuning.families import LEARNABLE

EVERY = [
    (family, name) for family, cls in LEARNABLE.items() for name in cls.hyperparameters
]
GAP = images.GAP


@pytest.fixture
def drawn(monkeypatch, tmp_path):
    """Return a function that draws into a file and returns the figure."""
    closed = []
    close = plt.close
    monkeypatch.setattr(plt, "close", closed.append)

    def draw(function, *arguments):
        path = tmp_path / "figure.png"
        function(*arguments, path)
        assert path.stat().st_size > 1000
        assert [figure.number for figure in closed] == plt.get_fignums()
        return closed[-1]

    yield draw
    for figure in closed:
        close(figure)


def trajectory(name, values):
    return pd.DataFrame(
        {
            "iteration": np.arange(len(values)),
            name: np.array(values, dtype=float),
            "validation_loss": 1 + np.array(values, dtype=float),
        }
    )


def labelled(axis):
    return {line.get_label(): line for line in axis.lines}


def small_image(*shape):
    return np.random.default_rng(0).integers(40, 210, shape, dtype=np.uint8)


class TestTrajectories:
    def test_mean_and_band_keep_the_last_value_of_a_stopped_seed(self, drawn):
        runs = {"a": [trajectory("opacity", [0, 2, 4]), trajectory("opacity", [2, 4])]}
        figure = drawn(st.plot_trajectories, runs, "opacity", {"a": None})
        values, losses = figure.axes
        assert_allclose(labelled(values)["a"].get_xydata(), [[0, 1], [1, 3], [2, 4]])
        assert_allclose(labelled(losses)["a"].get_ydata(), [2, 4, 5])
        band = values.collections[0].get_paths()[0].vertices
        assert (band[:, 1].min(), band[:, 1].max()) == (0, 4)
        assert_allclose(np.ptp(band[band[:, 0] == 2, 1]), 0)

    def test_areas_are_averaged_and_drawn_on_a_logarithmic_axis(self, drawn):
        runs = {"a": [trajectory("patch_area", [0.1]), trajectory("patch_area", [0.4])]}
        figure = drawn(st.plot_trajectories, runs, "patch_area", {"a": None})
        values, losses = figure.axes
        assert (values.get_yscale(), losses.get_yscale()) == ("log", "linear")
        assert_allclose(labelled(values)["a"].get_ydata(), [0.2])
        assert_allclose(labelled(losses)["a"].get_ydata(), [1.25])
        band = values.collections[0].get_paths()[0].vertices[:, 1]
        assert_allclose([band.min(), band.max()], [0.1, 0.4])

    def test_truth_is_dashed_in_the_colour_of_its_label(self, drawn):
        runs = {label: [trajectory("aspect", [1, 2])] for label in "abc"}
        truth = {"c": 4.0, "b": None, "a": 0.25}
        values = drawn(st.plot_trajectories, runs, "aspect", truth).axes[0]
        dashed = [line for line in values.lines if line.get_linestyle() == "--"]
        colours = {to_rgb(line.get_color()): line.get_ydata()[0] for line in dashed}
        lines = labelled(values)
        assert colours == {to_rgb(lines[k].get_color()): truth[k] for k in "ac"}


class TestLearned:
    def test_points_diagonal_and_band(self, drawn):
        learned = pd.DataFrame(
            {
                "true_patch_area": [0.01, 0.04],
                "learned_patch_area": [0.02, 0.03],
                "true_aspect": [0.5, 4.0],
                "learned_aspect": [0.6, 1.0],
            }
        )
        names = ["patch_area", "aspect"]
        figure = drawn(st.plot_learned, learned, names)
        for axis, name in zip(figure.axes, names, strict=True):
            diagonal, points = axis.lines
            assert_array_equal(diagonal.get_xdata(), diagonal.get_ydata())
            expected = learned[[f"true_{name}", f"learned_{name}"]]
            assert_array_equal(points.get_xydata(), expected)
            band = axis.collections[0].get_paths()[0].vertices
            ratios = band[:, 1] / band[:, 0]
            assert_allclose([ratios.min(), ratios.max()], [0.5, 2])
            assert (axis.get_xscale(), axis.get_yscale()) == ("log", "log")


def test_embeddings_of_each_panel_have_their_own_components(drawn):
    rng = np.random.default_rng(0)
    before, after = (
        {
            name: rng.normal(size=(5, 2)) * scale
            for name in ("training", "augmented", "test normal", "test anomalous")
        }
        for scale in ([9, 1], [1, 9])
    )
    figure = drawn(st.plot_embeddings, [("6 vs. 9", before, after)])
    titles = [axis.get_title() for axis in figure.axes]
    assert titles == ["6 vs. 9, before", "6 vs. 9, after"]
    for axis, sets in zip(figure.axes, (before, after), strict=True):
        shown = np.concatenate([points.get_offsets() for points in axis.collections])
        assert shown.shape == (20, 2)
        # The first component is where the sets vary most, in either case.
        centred = np.concatenate(list(sets.values()))
        centred -= centred.mean(axis=0)
        largest = np.linalg.svd(centred, compute_uv=False)[0]
        assert np.linalg.norm(shown[:, 0]) == pytest.approx(largest)


class TestLossSurface:
    def test_stars_are_at_the_minima(self, drawn):
        figure = drawn(st.plot_loss_surface)
        axis = figure.axes[0]
        surface = axis.collections[0]
        assert_allclose(surface.get_array().min(), 1)
        # The vertices are the points in order, 121 a side.
        side = np.linspace(-6, 6, 121)
        smallest = np.flatnonzero(surface.get_array() < 1 + 1e-9)
        minima = np.column_stack([side[smallest // 121], side[smallest % 121]])
        assert_allclose(minima, [[0, 0], [2, -2]], atol=1e-9)
        assert_array_equal(axis.lines[0].get_xydata(), st.MINIMA)

    def test_arrows_lead_downhill(self, drawn):
        arrows = drawn(st.plot_loss_surface).axes[0].collections[1]
        directions = np.column_stack([arrows.U, arrows.V])
        near = np.linalg.norm(arrows.XY, axis=1) < 1
        assert near.sum() > 4
        assert ((directions * -arrows.XY).sum(axis=1)[near] > 0).all()


class TestPseudoAnomalies:
    @pytest.mark.parametrize("shape", [(2, 8, 8), (2, 8, 8, 3)])
    def test_rows_are_normal_pseudo_and_real(self, drawn, shape):
        rows = [np.full(shape, value, dtype=np.uint8) for value in (10, 20, 30)]
        rows[1][1] = 99
        cases = [(title, *rows) for title in "abcde"]
        figure = drawn(images.plot_pseudo_anomalies, cases)
        axes = [axis for axis in figure.axes if axis.images]
        assert [axis.get_title() for axis in axes] == list("abcde")
        for axis in axes:
            shown = axis.images[0].get_array()[:: 8 + GAP, :: 8 + GAP]
            expected = np.array([[10, 10], [20, 99], [30, 30]])
            assert_array_equal(shown, np.stack([expected] * 3, axis=-1))
            words = [tick.get_text() for tick in axis.get_yticklabels()]
            assert words == ["normal", "pseudo", "real"]


class TestGallery:
    @pytest.mark.parametrize(("family", "name"), EVERY)
    def test_every_hyperparameter_is_seen_to_act(self, family, name):
        image = small_image(32, 32, 3)
        values = images._values(family, name)
        assert len(values) == images.COLUMNS
        cells = images._vary(image, family, name, values).astype(float)
        steps = np.abs(np.diff(cells, axis=0)).mean(axis=(1, 2, 3))
        assert (steps > 0.01).all()

    @pytest.mark.parametrize(("family", "name"), EVERY)
    def test_only_the_hyperparameter_changes_along_a_row(self, family, name):
        values = images._values(family, name)
        same = images._vary(small_image(16, 16), family, name, [values[3]] * 5)
        assert (same == same[0]).all()
        varied = images._vary(small_image(16, 16), family, name, values)
        assert_array_equal(varied[3], same[0])

    def test_cells_and_their_values(self, drawn, monkeypatch):
        monkeypatch.setattr(
            images, "LEARNABLE", {k: LEARNABLE[k] for k in ("colorshift", "noise")}
        )
        image = np.full((8, 8, 3), 100, dtype=np.uint8)
        axes = drawn(images.plot_gallery, image).axes
        shown = {axis.get_ylabel(): axis for axis in axes}
        assert list(shown) == [
            f"colorshift\n{name}" if name != "std" else "noise\nstd"
            for name in ("red", "blue", "green", "std")
        ]
        red = shown["colorshift\nred"]
        ticks = [tick.get_text() for tick in red.get_xticklabels()]
        assert ticks == ["-1", "-0.5", "0", "0.5", "1"]
        cells = red.images[0].get_array()[0, :: 8 + GAP]
        # Green and blue stay at 100 - 0.3 * 255.
        assert_array_equal(cells, [[r, 23, 23] for r in (0, 0, 100, 228, 255)])

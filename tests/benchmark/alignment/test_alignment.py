"""The study of alignment: from images to matrices, at a tiny budget."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

import benchmark.alignment.real as real
import benchmark.alignment.study as study
import benchmark.alignment.synthetic as synthetic
from benchmark.alignment.augmentations import AUGMENTATIONS, DEFAULT
from benchmark.alignment.figures import draw_matrices
from benchmark.alignment.fits import Run, fit, make_anomalies, make_job
from benchmark.alignment.real import best, choices
from benchmark.alignment.synthetic import compare, matrix
from benchmark.common.store import make_keys
from pyod_ssad import DAE, AugmentationSSAD
from pyod_ssad.augmentations import Flip
from pyod_ssad.datasets import load_textures

ARGUMENTS = [
    *("--objects", "brick", "--augmentations", "invert,cutout", "--steps", "2"),
    *("--image-size", "16", "--n-jobs", "1", "--precision", "float32"),
    *("--seeds", "0"),
]


def brick(size):
    numbers = {"n_train": 20, "n_test_normal": 12, "n_per_kind": 6}
    return load_textures("brick", size=size, kinds=["dark_blob", "scratch"], **numbers)


def table_of(rows):
    columns = ["detector", "object_name", "seed", "gen", "aug", "auc"]
    return pd.DataFrame(rows, columns=columns)


class TestSynthetic:
    @pytest.fixture(scope="class")
    def run(self, tmp_path_factory):
        folder = tmp_path_factory.mktemp("alignment")
        return study.main([*ARGUMENTS, "--out", str(folder)]), folder

    def test_matrices_are_gen_by_aug(self, run):
        tables, folder = run
        for name in ("dae", "deep_sad", "classifier"):
            table = tables[f"matrix_{name}"]
            assert list(table.index) == list(table.columns) == ["invert", "cutout"]
            stored = pd.read_csv(folder / f"matrix_{name}.csv", index_col=0)
            assert np.allclose(stored, table, atol=1e-5)

    def test_a_cell_is_what_the_detector_says(self, run):
        data = load_textures("brick", size=16, n_test_normal=200)
        good = data.X_test[data.y_test == 0]
        detector = AugmentationSSAD(
            AUGMENTATIONS["cutout"](),
            steps=2,
            image_size=16,
            precision="float32",
            calibration="density",
            random_state=0,
        ).fit(data.X_train)
        clean, made = make_anomalies(good, ["invert"])
        low, high = map(detector.decision_function, (clean, made["invert"]))
        wanted = (low[:, None] < high).mean()
        cell = run[0]["matrix_classifier"].loc["invert", "cutout"]
        assert cell == pytest.approx(wanted)

    def test_a_second_run_fits_nothing(self, run):
        tables, folder = run
        times = {p: p.stat().st_mtime_ns for p in (folder / "fits").iterdir()}
        again = study.main([*ARGUMENTS, "--out", str(folder)])
        assert len(times) == 6
        assert {p: p.stat().st_mtime_ns for p in (folder / "fits").iterdir()} == times
        pd.testing.assert_frame_equal(tables["fits"], again["fits"])


class TestLabels:
    def test_photographs_come_without_defects(self):
        options = study.parse_arguments(ARGUMENTS)
        X_train, good = synthetic._load("brick", options)
        data = load_textures("brick", size=16, n_test_normal=200)
        assert np.array_equal(X_train, data.X_train)
        assert np.array_equal(good, data.X_test[data.y_test == 0])

    @pytest.mark.parametrize("detector", ["dae", "deep_sad", "classifier"])
    def test_a_fit_is_handed_images_alone(self, detector, monkeypatch):
        options = study.parse_arguments(ARGUMENTS)
        images = brick(16).X_train
        job = make_job(Run("brick", detector, "cutout", 0), images, images, options)
        cls, handed = type(job.detector), []
        fit_of_class = cls.fit

        def spy(self, *args, **kwargs):
            handed.append((args, kwargs))
            return fit_of_class(self, *args, **kwargs)

        monkeypatch.setattr(cls, "fit", spy)
        fit(job.detector, job.X_train, job.X_test, **job.arguments)
        ((args, kwargs),) = handed
        assert len(args) == 1 and args[0] is images and kwargs == {}
        assert job.arguments == {"aug": "cutout"}


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_image_becomes_an_anomaly(name):
    # Photographs of 32 px, in colours, as a folder has them.
    images = load_textures("brick", size=32, n_train=40).X_train
    tinted = np.stack([images, images // 2, 255 - images], axis=-1)
    for given in (images, tinted):
        clean, made = make_anomalies(given, [name])
        assert np.array_equal(clean, given[:20])
        assert made[name].shape == given[20:].shape
        changed = (made[name] != given[20:]).reshape(20, -1).any(axis=1)
        assert changed.all()


def test_an_augmentation_that_may_do_nothing_is_noticed(monkeypatch):
    monkeypatch.setitem(AUGMENTATIONS, "coin", lambda: Flip(p=0.5))
    images = load_textures("brick", size=16, n_train=40).X_train
    made = make_anomalies(images, ["coin"])[1]["coin"]
    assert 0 < (made == images[20:]).all(axis=(1, 2)).sum() < 20


def test_anomalies_are_the_same_in_every_run():
    images = load_textures("brick", size=16, n_train=12).X_train
    first, second = (make_anomalies(images, ["noise"])[1]["noise"] for _ in range(2))
    assert np.array_equal(first, second)


def test_augmentations_have_keys_of_their_own():
    options = study.parse_arguments(ARGUMENTS)
    images = np.zeros((2, 16, 16), np.uint8)
    runs = [Run("brick", "dae", aug, 0) for aug in AUGMENTATIONS]
    keys = make_keys([make_job(run, images, images, options) for run in runs])
    assert len(set(keys)) == len(AUGMENTATIONS)


class TestCompare:
    rows = [
        ("dae", "brick", 0, gen, aug, 0.9 + shift if gen == aug else low)
        for gen, shift in zip("abcdef", (0, 0.01, 0.02, 0.03, 0.04, 0.05), strict=True)
        for aug, low in zip("abcdef", (0.4, 0.5, 0.6, 0.4, 0.5, 0.6), strict=True)
    ]

    def test_pairs_are_gens_of_an_object_and_a_seed(self):
        table = compare(table_of(self.rows))
        row = table.loc["dae"]
        others = np.array([0.52, 0.5, 0.48, 0.52, 0.5, 0.48])
        aligned = 0.9 + np.arange(6) / 100
        assert row["n"] == 6
        assert row["aligned"] == pytest.approx(aligned.mean())
        assert row["misaligned"] == pytest.approx(others.mean())
        wanted = wilcoxon(aligned, others, alternative="greater").pvalue
        assert row["p"] == pytest.approx(wanted) and wanted == pytest.approx(1 / 64)
        assert table.loc["all"].to_dict() == row.to_dict()

    def test_a_small_p_is_not_printed_as_0(self, capsys):
        study.print_test(compare(table_of(self.rows)).assign(p=1.5e-6))
        assert "| dae | 6 | 0.925 | 0.500 | 1.5e-06 |" in capsys.readouterr().out

    def test_better_misaligned_ones_have_a_large_p(self):
        worse = [(*row[:5], 1 - row[5]) for row in self.rows]
        assert compare(table_of(worse)).loc["dae", "p"] == 1

    def test_matrix_is_in_the_order_asked_for(self):
        table = matrix(table_of(self.rows), "fedcba")
        assert list(table.index) == list(table.columns) == list("fedcba")
        assert table.loc["b", "b"] == 0.91 and table.loc["b", "c"] == 0.6


class TestReal:
    def test_tables_of_a_folder(self, monkeypatch, seal, tmp_path):
        sealed = seal(real, "real_tables")
        objects = {"brick": sealed(brick(16))}
        monkeypatch.setattr(real, "load_objects", lambda *_: objects)
        monkeypatch.setattr(study, "check_data", lambda *_: None)
        out = ["--out", str(tmp_path), "--data", "somewhere"]
        tables = study.main([*ARGUMENTS, *out])
        assert len(tables["fits"]) == 3 * 2 * 2
        table = tables["matrix_dae"]
        assert list(table.index) == ["brick/dark_blob", "brick/scratch"]
        assert list(table.columns) == ["invert", "cutout"]
        assert (tmp_path / "matrices.png").stat().st_size > 0
        rows = tables["fits"].set_index(["detector", "task", "aug"])
        detector = DAE(
            AUGMENTATIONS["invert"](),
            steps=2,
            image_size=16,
            precision="float32",
            calibration="density",
            random_state=0,
        ).fit(brick(16).X_train)
        data = brick(16)
        scores = detector.decision_function(data.X_test)
        good, bad = (scores[data.kind_test == k] for k in ("good", "scratch"))
        row = rows.loc[("dae", "brick/scratch", "invert")]
        assert row["auc"] == pytest.approx((good[:, None] < bad).mean())
        flagged = np.mean(good > detector.threshold_)
        assert row["false_alarms"] == pytest.approx(flagged)

    def test_choices_by_hand(self):
        auc = {"x": {"a": 0.9, "b": 0.7}, "y": {"a": 0.5, "b": 0.8}}
        fits = pd.DataFrame(
            {"detector": "dae", "task": t, "aug": a, "auc": v, "false_alarms": 0.1}
            for t, values in auc.items()
            for a, v in values.items()
        )
        table = choices(fits).loc["dae"]
        assert table.loc["a", "auc"] == pytest.approx(0.7)
        assert table["regret"].tolist() == pytest.approx([0.15, 0.1])
        assert table["best"].tolist() == [1, 1]
        found = best(fits).loc["dae"]
        assert found["aug"].to_dict() == {"x": "a", "y": "b"}
        assert found["auc"].to_dict() == {"x": 0.9, "y": 0.8}

    def test_best_is_that_of_means_over_seeds(self):
        rows = [("a", 0, 0.9), ("a", 1, 0.3), ("b", 0, 0.7), ("b", 1, 0.8)]
        fits = pd.DataFrame(rows, columns=["aug", "seed", "auc"])
        row = best(fits.assign(detector="dae", task="x")).loc[("dae", "x")]
        assert row["aug"] == "b" and row["auc"] == pytest.approx(0.75)


def test_heat_maps_show_the_matrix(tmp_path):
    table = pd.DataFrame([[0.91, 0.2], [0.5, 0.75]], index=list("ab"))
    table.columns = list("ab")
    figure = draw_matrices({"dae": table, "other": 1 - table}, tmp_path / "m.png")
    drawn = [[text.get_text() for text in axis.texts] for axis in figure.axes]
    assert drawn == [["0.91", "0.20", "0.50", "0.75"], ["0.09", "0.80", "0.50", "0.25"]]
    corners = [[p.get_xy() for p in axis.patches] for axis in figure.axes]
    assert corners == [[(-0.5, -0.5), (0.5, 0.5)]] * 2
    assert (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--augmentations", "cut_out"], ["['cut_out']", "'cutout'"]),
        (["--detectors", "svm"], ["['svm']", "'deep_sad'"]),
        (["--objects", "brik"], ["['brik']", "'brick'"]),
        (["--augmentations", "invert,invert"], ["'invert'", "two or more"]),
    ],
)
def test_arguments_that_cannot_be_used_are_named(arguments, words, capsys):
    with pytest.raises(SystemExit):
        study.parse_arguments(arguments)
    said = capsys.readouterr().err
    assert all(word in said for word in words)


def test_defaults_are_known_and_sizes_depend_on_the_data():
    assert set(DEFAULT) < set(AUGMENTATIONS)
    assert study.parse_arguments([]).image_size == 32
    assert study.parse_arguments(ARGUMENTS).image_size == 16

"""What STSSAD has beyond the common tests."""

import pickle
from dataclasses import replace
from functools import partial
from inspect import signature

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from pyod_ssad import STSSAD, AugmentationSSAD, Tuning
from pyod_ssad.augmentations import Blur, CutDiff, LearnableAugmentation
from pyod_ssad.backbones import SmallCNN
from pyod_ssad.datasets import load_textures
from pyod_ssad.seeding import draw_seed
from pyod_ssad.self_tuning.announcing import announce, count_updates, format_seconds

TINY = {
    "image_size": 16,
    "backbone": partial(SmallCNN, (4, 8)),
    "steps": 2,
    "batch_size": 4,
    "n_starts": 2,
    "calibration": "density",
    "random_state": 0,
}


def make(augmentation="cutdiff", **changes):
    """Return a tiny detector; details of tuning go where they belong."""
    details = {name: changes.pop(name) for name in Tuning.names() if name in changes}
    tuning = Tuning(**{"warm_start": 2, "iterations": 3, **details})
    return STSSAD(augmentation, **{**TINY, "tuning": tuning, **changes})


@pytest.fixture(scope="module")
def X():
    return np.random.default_rng(0).random((12, 16, 16, 3))


@pytest.fixture(scope="module")
def X_unlabeled():
    return np.random.default_rng(1).random((10, 16, 16, 3))


@pytest.fixture(scope="module")
def fitted(X, X_unlabeled):
    clf = make(["cutdiff", "colorshift"])
    return clf.fit(X, X_unlabeled=X_unlabeled)


class TestFitted:
    def test_history_is_the_trajectory_of_every_start(self, fitted):
        rows = fitted.history_
        assert [(r["family"], r["start"], r["iteration"]) for r in rows] == [
            (family, start, iteration)
            for start, family in enumerate(["cutdiff"] * 2 + ["colorshift"] * 2)
            for iteration in (1, 2, 3)
        ]
        shape = {"patch_area", "aspect", "angle"}
        for row in rows:
            assert row["loss"] > 0 and row["validation_loss"] > 0
            assert shape <= set(row) or row["family"] == "colorshift"
        assert rows[0]["patch_area"] == pytest.approx(0.02, rel=1e-4)
        assert rows[3]["patch_area"] == pytest.approx(0.1, rel=1e-4)

    def test_the_best_start_is_the_one_selected(self, fitted):
        values = [row["selection"] for row in fitted.starts_]
        best = [int(np.argmax(values[:2])), 2 + int(np.argmax(values[2:]))]
        families = [fitted.starts_[start]["family_selection"] for start in best]
        assert fitted.best_start_ == best[int(np.argmax(families))]

    def test_augmentation_is_the_tuned_one_fixed(self, fitted):
        best = fitted.starts_[fitted.best_start_]
        augmentation = fitted.augmentation_
        assert isinstance(augmentation, LearnableAugmentation)
        assert type(augmentation).__name__.lower() == best["family"]
        for name, value in best["tuned"].items():
            assert getattr(augmentation, name) == (value, value)
        drawn = augmentation.sample((2, 3, 16, 16))
        assert not any(value.requires_grad for value in drawn.values())

    def test_selection_is_the_variance_of_the_fitted_scores(
        self, fitted, X, X_unlabeled
    ):
        train = fitted.decision_function(X)
        scores = fitted.decision_function(X_unlabeled)
        expected = (scores / train.std()).var(ddof=1)
        best = fitted.starts_[fitted.best_start_]
        assert best["selection"] == pytest.approx(expected, rel=1e-3)

    def test_a_start_does_not_depend_on_the_others(self, fitted, X, X_unlabeled):
        alone = make("colorshift").fit(X, X_unlabeled=X_unlabeled)
        for row, expected in zip(alone.starts_, fitted.starts_[2:], strict=True):
            assert row["tuned"] == expected["tuned"]
            assert row["selection"] == expected["selection"]


class TestChoices:
    def test_any_rule_selects(self, X, X_unlabeled):
        seen = []

        def rule(Z_train, Z_augmented, Z_unlabeled):
            seen.append((len(Z_train), len(Z_augmented), len(Z_unlabeled)))
            return -len(seen)

        clf = make(selection=rule).fit(X, X_unlabeled=X_unlabeled)
        assert seen == [(12, 12, 10)] * 2
        assert clf.best_start_ == 0

    def test_a_rule_without_an_answer_does_not_win(self, X, X_unlabeled):
        answers = iter([float("nan"), -5.0])
        clf = make(selection=lambda *_: next(answers))
        assert clf.fit(X, X_unlabeled=X_unlabeled).best_start_ == 1

    def test_families_are_compared_by_their_best_starts(self, X, X_unlabeled):
        # The last start is the best for a family, but not the best of its own.
        starts, families = [5.0, 9.0, 7.0, 6.0], [1.0, 2.0, 4.0, 8.0]
        left, left_families = iter(starts), iter(families)
        clf = make(
            ["cutdiff", "colorshift"],
            selection=lambda *_: next(left),
            family_selection=lambda *_: next(left_families),
        )
        clf.fit(X, X_unlabeled=X_unlabeled)
        assert [row["selection"] for row in clf.starts_] == starts
        assert [row["family_selection"] for row in clf.starts_] == families
        assert clf.best_start_ == 2

    @pytest.mark.parametrize(
        "changes",
        [{"order": "second"}, {"validation_loss": "mmd"}, {"updates": 3}],
    )
    def test_options_change_the_trajectory(self, fitted, X, X_unlabeled, changes):
        clf = make(**changes).fit(X, X_unlabeled=X_unlabeled)
        losses = [row["validation_loss"] for row in clf.history_[3:6]]
        assert losses != [row["validation_loss"] for row in fitted.history_[3:6]]

    def test_an_object_is_copied(self, X, X_unlabeled):
        mine = CutDiff(sigma=0.6)
        clf = make(mine).fit(X, X_unlabeled=X_unlabeled)
        assert clf.augmentation_.sigma == 0.6
        assert mine.patch_area == (0.02, 0.15)

    def test_no_iterations_only_pick_a_start(self, X, X_unlabeled):
        clf = make(iterations=0).fit(X, X_unlabeled=X_unlabeled)
        assert clf.history_ == []
        for row in clf.starts_:
            assert row["tuned"] == pytest.approx(row["initial"], rel=1e-4, abs=1e-4)

    def test_further_training_starts_from_the_tuned_network(self, X, X_unlabeled):
        tuned, further = (make(n_starts=1, steps=steps) for steps in (0, 5))
        for clf in (tuned, further):
            clf.fit(X, X_unlabeled=X_unlabeled)
        assert tuned.training_history_ == []
        assert further.training_history_[-1]["step"] == 5
        assert further.starts_[0]["tuned"] == tuned.starts_[0]["tuned"]
        assert [row["loss"] for row in further.history_] == [
            row["loss"] for row in tuned.history_
        ]
        counts = [
            int(clf.network_.state_dict()["encoder.backbone.0.1.num_batches_tracked"])
            for clf in (tuned, further)
        ]
        assert counts == [2 + 3, 2 + 3 + 5]

    def test_unlabeled_images_steer_the_tuning(self, fitted, X):
        other = make().fit(X, X_unlabeled=np.zeros((10, 16, 16, 3)))
        assert other.starts_[1]["tuned"] != fitted.starts_[1]["tuned"]


class Recorded(CutDiff):
    """Remembers the areas that were applied, in all copies alike."""

    areas = []

    def apply(self, images, parameters):
        self.areas.append(parameters["patch_area"].detach().clone())
        return super().apply(images, parameters)


class TestWhatIsTuned:
    """With so large a step, tuned hyperparameters are far from those of the start."""

    settings = {"n_starts": 1, "hyperparameter_lr": 20.0, "iterations": 2}

    def test_further_training_is_on_the_tuned_augmentation(self, X, X_unlabeled):
        Recorded.areas.clear()
        clf = make(Recorded(), **self.settings, steps=3)
        clf.fit(X, X_unlabeled=X_unlabeled)
        start = clf.starts_[0]
        tuned, initial = (start[k]["patch_area"] for k in ("tuned", "initial"))
        assert abs(np.log(tuned / initial)) > 0.1
        # Three batches of four, and then all twelve images for the rules.
        assert [len(areas) for areas in Recorded.areas[-4:]] == [4, 4, 4, 12]
        assert_allclose(torch.cat(Recorded.areas[-4:]), tuned, rtol=1e-6)

    def test_rules_see_what_the_tuned_augmentation_makes(self, X, X_unlabeled):
        seen = []
        clf = make(**self.settings, selection=lambda *Z: seen.append(Z) or 0.0)
        clf.fit(X, X_unlabeled=X_unlabeled)
        ((Z_train, Z_augmented, Z_unlabeled),) = seen
        images = torch.from_numpy(clf.preprocess(X)).permute(0, 3, 1, 2) / 255
        generator = torch.Generator().manual_seed(draw_seed(0))
        augmented = clf.augmentation_(images, generator).permute(0, 2, 3, 1)
        rounded = (255 * augmented).round().to(torch.uint8).numpy()
        exact = {"rtol": 1e-5, "atol": 1e-6}
        assert_allclose(Z_train, clf.transform(X), **exact)
        assert_allclose(Z_augmented, clf.transform(rounded), **exact)
        assert_allclose(Z_unlabeled, clf.transform(X_unlabeled), **exact)


class TestBadInput:
    @pytest.mark.parametrize(
        ("unlabeled", "message"),
        [
            (None, "X_unlabeled is missing"),
            (np.zeros((0, 16, 16, 3)), "no images"),
            (np.zeros((1, 16, 16, 3)), "X_unlabeled holds 1 image"),
            (np.zeros((4, 16, 16)), "3 channels and X_unlabeled 1"),
            (np.full((4, 16, 16, 3), np.nan), "NaN"),
        ],
    )
    def test_unlabeled_images(self, X, unlabeled, message):
        with pytest.raises(ValueError, match=message):
            make().fit(X, X_unlabeled=unlabeled)

    def test_unlabeled_images_may_have_another_size(self, X):
        other = np.random.default_rng(1).random((10, 20, 24, 3))
        clf = make().fit(X, X_unlabeled=other)
        assert np.isfinite(clf.decision_function(other)).all()

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"augmentation": "cutpaste"}, "cutpaste"),
            ({"augmentation": []}, "empty"),
            ({"augmentation": 3}, "LearnableAugmentation"),
            ({"order": "third"}, "order"),
            ({"n_starts": 0}, "n_starts"),
            ({"warm_start": -1}, "warm_start"),
            ({"validation_loss": "auc"}, "validation_loss"),
            ({"selection": "auc"}, "^selection must be one of .*got 'auc'"),
            ({"selection": ["dsv"]}, "^selection must be one of .*got \\['dsv'\\]"),
            ({"family_selection": 3}, "^family_selection must be one of .*got 3"),
            ({"network_lr": -1}, "network_lr"),
        ],
    )
    def test_parameters(self, X, X_unlabeled, changes, word):
        with pytest.raises(ValueError, match=word):
            make(**changes).fit(X, X_unlabeled=X_unlabeled)


def test_three_training_images_will_do(X, X_unlabeled):
    # The scores of two would be the same, and have no spread to measure in.
    clf = make().fit(X[:3], X_unlabeled=X_unlabeled)
    assert np.isfinite([row["selection"] for row in clf.starts_]).all()


@pytest.mark.parametrize(
    ("rule", "what"),
    [("selection", "starts of cutdiff"), ("family_selection", "famil")],
)
def test_rules_without_any_answer_are_warned_of(X, X_unlabeled, rule, what):
    n_starts = 2 if rule == "selection" else 1
    clf = make(["cutdiff", "blur"], n_starts=n_starts, **{rule: lambda *_: np.nan})
    with pytest.warns(UserWarning, match=f"^{rule} has no answer .* 2 {what}"):
        clf.fit(X, X_unlabeled=X_unlabeled)
    assert clf.best_start_ in ((0, 2) if rule == "selection" else (0,))


def test_no_aligned_start_is_warned_of(X, X_unlabeled):
    # So small a step changes the loss by nothing that rounding keeps, but in angles.
    clf = make("blur", hyperparameter_lr=1e-30)
    with pytest.warns(UserWarning, match="No start aligned"):
        clf.fit(X, X_unlabeled=X_unlabeled)


def test_verbose_prints_a_line_a_start(X, X_unlabeled, capsys):
    clf = make(verbose=2).fit(X, X_unlabeled=X_unlabeled)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("STSSAD: tuning cutdiff from 2 starts each: 2 updates")
    assert len(lines) == 2
    for row, line in zip(clf.starts_, lines, strict=True):
        assert line.startswith(f"start {row['start']}  cutdiff: patch_area")
        assert f"selection {row['selection']:.4g}" in line


@pytest.fixture(scope="module")
def cutdiff_task():
    """Brick crops, half of the unlabelled ones with a CutDiff of area 0.04."""
    data = load_textures(size=32, n_train=60, n_test_normal=80, kinds=[])
    X = torch.tensor(data.X_test)[:, None].float() / 255
    X[40:] = CutDiff(0.04, 1.0)(X[40:], torch.Generator().manual_seed(0))
    return data.X_train, X[:, 0].numpy(), np.repeat([0, 1], 40)


SMALL = {
    "image_size": 32,
    "backbone": partial(SmallCNN, (8, 16, 32)),
    "n_starts": 2,
    "batch_size": 12,
    "tuning": Tuning(warm_start=40, iterations=22),
    "random_state": 0,
}


class TestEndToEnd:
    def test_learned_area_moves_towards_the_truth(self, cutdiff_task):
        X_train, X_unlabeled, y = cutdiff_task
        clf = STSSAD(**SMALL, steps=20).fit(X_train, X_unlabeled=X_unlabeled)
        large = clf.starts_[1]
        assert large["initial"]["patch_area"] == pytest.approx(0.1)
        assert 0.02 < large["tuned"]["patch_area"] < 0.08
        assert large["tuned_loss"] < large["initial_loss"]
        assert roc_auc_score(y, clf.decision_function(X_unlabeled)) > 0.9

    def test_all_normal_unlabeled_images_shrink_the_patch(self, cutdiff_task):
        X_train, X_unlabeled, y = cutdiff_task
        clf = STSSAD(**SMALL, steps=10)
        clf.fit(X_train, X_unlabeled=X_unlabeled[y == 0])
        assert clf.starts_[1]["tuned"]["patch_area"] < 0.05
        assert np.isfinite(clf.decision_scores_).all()


def test_fit_predict_hands_on_the_unlabeled_images(X, X_unlabeled):
    labels = make().fit_predict(X, X_unlabeled=X_unlabeled)
    again = make().fit(X, X_unlabeled=X_unlabeled)
    assert_array_equal(labels, again.labels_)


class TestTuning:
    def test_few_steps_shorten_all_of_it(self):
        def lengths(**details):
            plan = STSSAD(steps=3 * 20, tuning=Tuning(**details))._make_tuning_plan()
            return plan.warm_start, plan.iterations

        assert lengths() == (12, 15)
        assert lengths(warm_start=7) == (7, 15)
        assert lengths(iterations=0) == (12, 0)
        plan = STSSAD()._make_tuning_plan()
        assert (plan.warm_start, plan.iterations) == (40, 50)

    def test_so_few_leave_nothing_to_tune(self, X, X_unlabeled):
        clf = STSSAD(**{**TINY, "steps": 3}).fit(X, X_unlabeled=X_unlabeled)
        assert clf.history_ == []
        assert clf.training_history_[-1]["step"] == 3

    def test_details_are_set_in_a_copy(self):
        shared = Tuning(patience=7)
        clf = clone(STSSAD(tuning=shared))
        clf.set_params(tuning__order="second", n_starts=2)
        assert clf.tuning == Tuning(patience=7, order="second")
        assert (clf.n_starts, shared.order, Tuning().order) == (2, "first", "first")
        assert clf.get_params()["tuning__patience"] == 7
        assert clone(clf).tuning == clf.tuning
        assert pickle.loads(pickle.dumps(clf)).tuning == clf.tuning

    def test_a_user_sees_five_parameters(self):
        others = set(signature(AugmentationSSAD).parameters) - {"steps", "lr"}
        own = [name for name in signature(STSSAD).parameters if name not in others]
        assert own == ["n_starts", "tuning", "steps", "lr"]


class TestAnnouncement:
    plan = Tuning(updates=2).make_plan(steps=200, batch_size=4)

    def test_it_counts_what_starts_do(self):
        assert count_updates(self.plan, 200) == pytest.approx(40 + 50 * 2.7 + 200)
        second = replace(self.plan, order="second")
        assert count_updates(second, 200) == pytest.approx(40 + 50 * 4.4 + 200)

    def test_it_says_what_and_how_long(self):
        line = announce([CutDiff(), Blur()], 4, self.plan, 200, 0.1, calibrating=680)
        assert line == (
            "tuning cutdiff, blur from 4 starts each: 40 updates to warm up, at most "
            "50 iterations of tuning, 200 updates to learn on; then 680 updates to "
            "calibrate; about 6 minutes"
        )

    @pytest.mark.parametrize(
        ("seconds", "words"),
        [
            (0.2, "2 seconds"),
            (119, "119 seconds"),
            (121, "2 minutes"),
            (9e3, "2 hours"),
        ],
    )
    def test_durations(self, seconds, words):
        assert format_seconds(seconds) == words

    def test_it_counts_calibrating(self, X, X_unlabeled, capsys):
        for calibration, n in (("density", 0), ("cross_fit", 2 * (2 + 3 + 2))):
            clf = make(n_starts=1, verbose=2, calibration=calibration)
            clf.fit(X, X_unlabeled=X_unlabeled)
            assert f"then {n} updates to calibrate" in capsys.readouterr().out

    def test_it_changes_no_score(self, fitted, X, X_unlabeled):
        loud = make(["cutdiff", "colorshift"], verbose=1)
        loud.fit(X, X_unlabeled=X_unlabeled)
        assert_array_equal(loud.decision_scores_, fitted.decision_scores_)

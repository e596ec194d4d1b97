"""The public checks catch what they are there for."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from pyod.models.knn import KNN
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from pyod_ssad import AugmentationSSAD, CutOutSSAD
from pyod_ssad.augmentations import CutDiff, CutOut, Noise
from pyod_ssad.augmentations.base import Augmentation
from pyod_ssad.checks import check_augmentation, check_detector
from pyod_ssad.checks._subject import Subject
from pyod_ssad.checks.running import checks_of
from pyod_ssad.images import list_images


class Negated(CutOutSSAD):
    def decision_function(self, X):
        return -super().decision_function(X)


class Untrained(CutOutSSAD):
    def _make_plan(self):
        self.steps = 0
        return super()._make_plan()


class Unseeded(CutOutSSAD):
    def _make_plan(self):
        seed = int(np.random.default_rng().integers(2**31))
        return replace(super()._make_plan(), seed=seed)


class SeedsTheWorld(CutOutSSAD):
    def fit(self, X, y=None):
        torch.manual_seed(0)
        return super().fit(X)


class ReadsLabels(CutOutSSAD):
    def fit(self, X, y=None):
        super().fit(X)
        if y is not None:
            self.decision_scores_ = self.decision_scores_ + y
        return self


class LooksAround(CutOutSSAD):
    def decision_function(self, X):
        scores = super().decision_function(X)
        return scores - scores.mean()


class Forgetful(CutOutSSAD):
    def fit(self, X, y=None):
        vars(self).pop("network_", None)
        return super().fit(X)


class Undecorated(CutOutSSAD):
    strength: float = 0.3


class OneDrawForAll(CutOutSSAD):
    def augment(self, X, random_state=None):
        return super().augment(X, random_state=0)


class ReadsFoldersBackwards(CutOutSSAD):
    def decision_function(self, X):
        return super().decision_function(list_images(X)[::-1] if _is_name(X) else X)


class ReadsTwice(CutOutSSAD):
    def predict(self, X, return_confidence=False):
        labels = (self.decision_function(X) > self.threshold_).astype(int)
        return (labels, self.predict_confidence(X)) if return_confidence else labels


class FitsBackwards(CutOutSSAD):
    def fit(self, X, y=None):
        return super().fit(list_images(X)[::-1] if _is_name(X) else X)


class FittedFirst(CutOutSSAD):
    def augment(self, X, random_state=None):
        check_is_fitted(self)
        return super().augment(X, random_state)


def _is_name(X):
    return isinstance(X, str)


@pytest.mark.parametrize(
    ("detector_class", "name"),
    [
        (ReadsFoldersBackwards, "check_every_form_scores_as_the_array"),
        (ReadsTwice, "check_every_form_scores_as_the_array"),
        (FitsBackwards, "check_fitting_takes_every_form"),
        (FittedFirst, "check_augment_works_before_fit"),
        (Negated, "check_pseudo_anomalies_score_higher"),
        (Untrained, "check_training_lowers_the_loss"),
        (Unseeded, "check_refit_and_clone_give_identical_scores"),
        (SeedsTheWorld, "check_global_random_state_is_untouched"),
        (ReadsLabels, "check_labels_are_ignored"),
        (LooksAround, "check_scores_do_not_depend_on_the_batch_or_the_order"),
        (Forgetful, "check_a_failed_refit_keeps_what_was_trained"),
        (Undecorated, "check_parameters_are_stored_and_cloned"),
        (OneDrawForAll, "check_augment_is_seeded_and_keeps_the_shape"),
    ],
)
def test_a_broken_detector_fails_its_check(detector_class, name):
    pairs = {check.__name__: (s, check) for s, check in checks_of(detector_class())}
    subject, check = pairs[name]
    with pytest.raises((AssertionError, IndexError, NotFittedError, ValueError)):
        check(subject)


def test_check_detector_runs_the_checks():
    with pytest.raises(AssertionError, match="AUC of 0.0"):
        check_detector(Negated())


def test_keyword_arguments_are_refused():
    with pytest.raises(TypeError, match=r"Loses takes \*\*more.*dataclass"):

        class Loses(CutOutSSAD):
            def __init__(self, strength=0.3, **more):
                super().__init__(**more)


class Stripe(Augmentation):
    """Brighten one random column of every image."""

    def sample(self, shape, generator=None):
        return {"column": torch.rand(shape[0], generator=generator)}

    def apply(self, images, parameters):
        place = torch.arange(images.shape[3]) / images.shape[3]
        near = (place - parameters["column"][:, None]).abs() < 0.05
        return torch.where(near[:, None, None, :], 1 - images, images)


class InPlace(Stripe):
    def apply(self, images, parameters):
        images.copy_(super().apply(images, parameters))
        return images


class TooBright(Stripe):
    def apply(self, images, parameters):
        return 1.5 * super().apply(images, parameters)


class OneForAll(Stripe):
    def sample(self, shape, generator=None):
        column = torch.rand(1, generator=generator).expand(shape[0])
        return {"column": column}


class Global(Stripe):
    def sample(self, shape, generator=None):
        return super().sample(shape)


class Cropped(Stripe):
    def apply(self, images, parameters):
        return super().apply(images, parameters)[:, :, 1:]


class Idle(Stripe):
    def apply(self, images, parameters):
        return images.clone()


class Restless(Stripe):
    def apply(self, images, parameters):
        return super().apply(images, self.sample(images.shape))


class NoGradient(Noise):
    def apply(self, images, parameters):
        fixed = {name: value.detach() for name, value in parameters.items()}
        return super().apply(images, fixed)


class HalfGradient(CutDiff):
    def mask(self, shape, parameters):
        mask = super().mask(shape, parameters)
        return (mask + mask.detach()) / 2


@pytest.mark.parametrize(
    ("augmentation_class", "message"),
    [
        (InPlace, "in place"),
        (TooBright, r"wanted \[0, 1\]: clamp"),
        (OneForAll, "changed alike"),
        (Global, "no pure function|generator"),
        (Cropped, "Got shape"),
        (Idle, "16 of 16 images were not changed"),
        (Restless, "no pure function"),
        (NoGradient, "differ from finite|is not used|gradient"),
        (HalfGradient, "differ from finite differences"),
    ],
)
def test_a_broken_augmentation_fails(augmentation_class, message):
    with pytest.raises((AssertionError, RuntimeError), match=message):
        check_augmentation(augmentation_class())


def test_good_ones_pass():
    check_augmentation(Stripe())
    check_augmentation(CutOut(0.1))


@pytest.mark.parametrize("given", [CutOutSSAD, "cutout", CutOut()])
def test_what_is_no_detector_is_named(given):
    with pytest.raises(TypeError, match="subclass of BaseImageDetector"):
        check_detector(given)


@dataclass(eq=False, repr=False)
class StripeSSAD(CutOutSSAD):
    """A detector with an augmentation that is no patch."""

    _augmentation_class = None

    def _make_augmentation(self):
        return Stripe()


@pytest.mark.parametrize(
    "detector",
    [StripeSSAD(), CutOutSSAD(density=KNN(), contamination=0.2, image_shape=[4, 4, 3])],
)
def test_own_detectors_pass(detector):
    pairs = checks_of(detector)
    assert len(pairs) > 30
    for subject, check in pairs:
        check(subject)


def test_what_a_detector_was_given_is_checked():
    class Broken(Stripe):
        def apply(self, images, parameters):
            raise RuntimeError("called")

    with pytest.raises(ValueError, match="Broken failed.*RuntimeError: called"):
        check_detector(AugmentationSSAD(Broken()))
    made = Subject(CutOutSSAD(patch_area=0.07)).make()
    assert made.patch_area == 0.07 and made.steps == 60

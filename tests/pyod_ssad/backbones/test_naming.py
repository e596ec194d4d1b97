"""What networks are called, so that embeddings of different ones are told apart."""

from functools import partial

import pytest
from sklearn.base import clone

from pyod_ssad import CutOutSSAD, CutPasteSSAD, PretrainedFeatures
from pyod_ssad.backbones.naming import name_backbone


def make(depth=1):
    raise NotImplementedError


class Factory:
    def __call__(self):
        raise NotImplementedError


@pytest.mark.parametrize(
    ("backbone", "name"),
    [
        ("resnet18", "resnet18"),
        (make, "make"),
        (partial(make, depth=2), "make(depth=2)"),
        (partial(make, 3), "make(3)"),
        (Factory(), "Factory"),
    ],
)
def test_names(backbone, name):
    assert name_backbone(backbone) == name
    detector = CutPasteSSAD(backbone=backbone)
    assert detector.embedded_by == clone(detector).embedded_by == name


def test_weights_make_another_network():
    random = PretrainedFeatures("resnet18", None)
    assert random.embedded_by == "resnet18"
    assert PretrainedFeatures("resnet18").embedded_by == "resnet18 DEFAULT"


def test_networks_that_saw_the_images_score_them_in_sample():
    assert CutOutSSAD().is_out_of_sample
    assert not CutOutSSAD(calibration="density").is_out_of_sample
    assert CutOutSSAD(calibration="density", steps=0).is_out_of_sample
    assert PretrainedFeatures().is_out_of_sample

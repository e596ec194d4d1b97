"""The detector of crops."""

import numpy as np
import pytest
import torch

from pyod_ssad import CropSSAD
from pyod_ssad.densities.position_gaussian import PositionGaussian
from pyod_ssad.detectors.crop import crop_randomly
from tests.pyod_ssad.detectors.making import X, make


def test_crops_are_pieces_of_their_own_image_at_their_own_place():
    images = torch.arange(40 * 2 * 9 * 12.0).view(40, 2, 9, 12)
    crops = crop_randomly(images, 5, torch.Generator().manual_seed(0))
    assert crops.shape == (40, 2, 5, 5)
    places = set()
    for image, crop in zip(images, crops, strict=True):
        top, left = divmod(int(crop[0, 0, 0] - image[0, 0, 0]), 12)
        assert torch.equal(crop, image[:, top : top + 5, left : left + 5])
        places.add((top, left))
    assert {top for top, _ in places} == set(range(5))
    assert {left for _, left in places} == set(range(8))


def test_the_network_learns_from_crops_alone(monkeypatch):
    sizes = set()
    clf = make(CropSSAD, crop=8, stride=4, jitter=0.0)
    pretext = type(clf._make_pretext(clf._make_augmentation()))
    loss = pretext.loss

    def watched(self, forward, images, generator):
        sizes.add(tuple(images.shape[1:]))
        return loss(self, forward, images, generator)

    monkeypatch.setattr(pretext, "loss", watched)
    clf.fit(X)
    assert sizes == {(3, 8, 8)}
    assert clf.patch_scores(X).shape == (12, 3, 3)


def test_an_image_as_large_as_its_crop_has_one():
    clf = make(CropSSAD, crop=16, stride=3).fit(X)
    assert clf.patch_scores(X).shape == (12, 1, 1)
    maps = clf.anomaly_map(X)
    assert np.ptp(maps, axis=(1, 2)).max() < 1e-5 < np.ptp(maps)


def test_other_densities_of_crops():
    clf = make(CropSSAD, crop=8, stride=4, density="position_gaussian").fit(X)
    assert isinstance(clf.density_, PositionGaussian)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"crop": 32}, r"crop=32 is larger than image_size=16"),
        ({"crop": 4}, "crop must be an integer of at least 8"),
        ({"stride": 0}, "stride must be an integer of at least 1"),
    ],
)
def test_crops_that_cannot_be_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        make(CropSSAD, **{"crop": 8, **parameters}).fit(X)

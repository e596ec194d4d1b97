"""Features of a network that nobody trains here."""

import torch
from numpy.testing import assert_allclose
from torch import nn

from pyod_ssad import PretrainedFeatures
from tests.pyod_ssad.detectors.making import X


class TestPretrained:
    def test_features_are_those_of_the_layers(self):
        network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 6, 3))

        clf = PretrainedFeatures(
            lambda: network, layers=["0", "2"], pool="mean", image_size=16
        )
        Z = clf.fit(X).transform(X)
        assert Z.shape == (12, 10)
        encoder = clf.network_.encoder
        images = torch.from_numpy(clf.preprocess(X).transpose(0, 3, 1, 2)).float() / 255
        with torch.no_grad():
            first = network[0](encoder.scale(images)).mean((2, 3))
        assert_allclose(Z[:, :4], first.numpy(), atol=1e-5)

    def test_no_pseudo_anomalies_and_no_training(self):
        clf = PretrainedFeatures("small_cnn", None, image_size=16, random_state=0)
        assert not hasattr(clf.fit(X), "augment")
        assert not hasattr(clf, "history_")

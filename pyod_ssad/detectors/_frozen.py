"""What detectors share that stand on a given network, and train nothing."""

from dataclasses import dataclass

from torch import nn

from pyod_ssad.backbones import build_layer_encoder, count_features
from pyod_ssad.image_detector import CPU, BaseImageDetector
from pyod_ssad.pretext.embeddings import Features
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.seeding import seeded


@dataclass(eq=False, repr=False)
class FrozenNetwork(BaseImageDetector):
    """A detector of features of a network that stays as it is.

    A subclass has ``layers``, and sets ``_pool``, or has ``pool``.

    Parameters
    ----------
    backbone : str or callable, optional (default="resnet18")
    weights : str, optional (default="DEFAULT")
        See `pyod_ssad.PretrainedFeatures`.
    """

    backbone: object = "resnet18"
    weights: str | None = "DEFAULT"

    _embeddings = Features

    @classmethod
    def _test_params(cls):
        random = {"backbone": "small_cnn", "weights": None}
        return {**super()._test_params(), **random}

    @property
    def _pool(self):
        return self.pool

    def _learn(self, data, augmentation, plan):
        """Make the network, which learns nothing more."""
        with seeded(plan.seed, CPU):
            return {"network_": self._make_network(augmentation, data.shape[1:])}

    def _make_network(self, augmentation, shape):
        weights = None if callable(self.backbone) else self.weights
        encoder = build_layer_encoder(
            self.backbone, weights, self.layers, self._pool, self.image_size
        )
        count_features(encoder, self.image_size, self.backbone)
        return PretextNetwork(encoder, nn.Identity())

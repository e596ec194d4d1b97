"""Networks, batches and plans that the tests of tuning share."""

import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.self_tuning.lookahead import Hyperparameters
from pyod_ssad.self_tuning.plan import TuningPlan

START = {"patch_area": 0.1, "aspect": 1.5, "angle": 20.0}


def plan(**changes):
    values = {
        "warm_start": 0,
        "iterations": 12,
        "updates": 1,
        "network_lr": 0.5,
        "hyperparameter_lr": 0.1,
        "order": "second",
        "validation_loss": "mean_distance",
        "patience": 100,
        "batch_size": 6,
    }
    return TuningPlan(**{**values, **changes})


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def smooth_network(seed=0):
    """A network without batch norm or kinks, in float64."""
    torch.manual_seed(seed)
    encoder = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2), nn.Tanh(), nn.Flatten(), nn.Linear(36, 5)
    )
    return PretextNetwork(encoder, nn.Linear(5, 2)).double()


def float_batches(n=6, side=8):
    images = 0.7 + 0.3 * torch.rand(2, n, 1, side, side, generator=generator(5))
    drawn = CutDiff().sample(images[1].shape, generator(6))
    darker = CutDiff(0.2, 1.0).apply(images[1], drawn)
    return images[0].double(), darker.double()


def uint8_batches(n=10, side=8):
    return [
        (batch * 255).byte() for batch in (torch.rand(2, n, 1, side, side).unbind())
    ]


def make_loss(augmentation):
    def loss(forward, images, generator):
        augmented = augmentation(images, generator)
        target = torch.arange(2).repeat_interleave(len(images))
        return {
            "loss": F.cross_entropy(forward(torch.cat([images, augmented])), target)
        }

    return loss


def at_start(dtype=torch.float32):
    return Hyperparameters(CutDiff(), START, dtype=dtype)


def batch_norm_network():
    torch.manual_seed(0)
    encoder = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(144, 3),
    )
    return PretextNetwork(encoder, nn.Linear(3, 2))

"""What a user might have written, and small detectors made of it."""

import json
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import torch
from torch import nn
from torchvision import models

from pyod_ssad import CutPasteSSAD
from pyod_ssad.augmentations import Augmentation
from pyod_ssad.backbones import SmallCNN
from pyod_ssad.base import BaseSSAD
from pyod_ssad.checks._subject import TINY
from pyod_ssad.persistence.archive import SUMS, seal

X = np.random.default_rng(0).random((12, 16, 16, 3), dtype=np.float32)


def thin_cnn():
    return SmallCNN((4, 8))


def of_one_size():
    """Return a backbone that takes images of 16 x 16 pixels only."""
    return nn.Sequential(nn.Flatten(), nn.Linear(16 * 16 * 3, 8))


def brighten(images, generator):
    shape = (len(images), 1, 1, 1)
    return (images + 0.5 * torch.rand(shape, generator=generator)).clamp(0, 1)


class Stripe(Augmentation):
    """An augmentation with a weight, as if it had been learned."""

    def __init__(self, width=0.1):
        super().__init__()
        self.width = width
        self.strength = nn.Parameter(torch.tensor(0.5), requires_grad=False)

    def sample(self, shape, generator=None):
        return {"column": torch.rand(shape[0], generator=generator)}

    def apply(self, images, parameters):
        place = torch.arange(images.shape[3]) / images.shape[3]
        distance = (place - parameters["column"][:, None]).abs()
        stripe = distance[:, None, None, :] <= self.width / 2 + 0.05
        return (images + self.strength * stripe).clamp(0, 1)


@dataclass(eq=False, repr=False)
class StripeSSAD(BaseSSAD):
    """Has fitted attributes of every kind."""

    width: float = 0.1

    def _make_augmentation(self):
        return Stripe(self.width)

    def fit(self, X, y=None):
        super().fit(X)
        self.augmentation_.strength += 0.25
        self.bank_ = np.asfortranarray(np.arange(6.0).reshape(2, 3))
        self.center_ = torch.arange(4.0, requires_grad=True)
        self.half_ = torch.ones(2, 2, dtype=torch.bfloat16)
        self.alias_ = self.bank_
        self.names_ = np.array(["a", "bc"])
        self.rows_ = np.array([None, (1, 2.5), {"k": [np.int32(3)]}], dtype=object)
        self.by_size_ = {0.5: "half", (1, 2): float("nan"), "$type": -np.inf}
        self.rng_ = np.random.RandomState(3)
        self.device_ = torch.device("cuda:1")
        return self


def fit(cls=CutPasteSSAD, **parameters):
    settings = {**TINY, "backbone": thin_cnn, "random_state": 0}
    return cls(**{**settings, **parameters}).fit(X)


def torchvision_state(name):
    """Return the weights of an untrained model."""
    return models.get_model(name, weights=None).state_dict()


def read(path):
    """Return the members of a file, but for their sums."""
    with ZipFile(path) as archive:
        return {n: archive.read(n) for n in archive.namelist() if n != SUMS}


def forge(path, change=None, **members):
    """Change the tree or members of a file, and make its sums right again."""
    held = read(path)
    config = json.loads(held["config.json"])
    if change:
        change(config)
    held["config.json"] = json.dumps(config).encode()
    held |= {name.replace("__", "."): data for name, data in members.items()}
    path.write_bytes(seal(held))


def parts(config):
    """Return the parts of the detector, as in the tree."""
    return config["model"]["parts"]


def npz(**arrays):
    """Return what NumPy's own savez writes."""
    file = BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()

"""Small images, networks and transforms for the tests of pretext tasks."""

import torch
from torch.nn import functional as F

from pyod_ssad.augmentations import (
    Chain,
    ColorJitter,
    Crop,
    Flip,
    GeometricTransforms,
    HalfSwaps,
    Noise,
    QuarterTurns,
    SimCLR,
)
from pyod_ssad.augmentations._finite import FiniteAugmentation
from pyod_ssad.backbones import Encoder, SmallCNN
from pyod_ssad.densities.centres import CentreDensity
from pyod_ssad.densities.csi import CSIDensity
from pyod_ssad.densities.dirichlet import DirichletDensity
from pyod_ssad.densities.given import GivenScore
from pyod_ssad.densities.mean_probability import MeanProbability
from pyod_ssad.pretext.affine import AffineCentres, AffineViews
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.centres import TripletCentre
from pyod_ssad.pretext.contrastive import Contrastive
from pyod_ssad.pretext.csi import ContrastingShifted
from pyod_ssad.pretext.deep_sad import Hypersphere
from pyod_ssad.pretext.denoising import Denoising
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.pretext.transforms import TransformPrediction
from pyod_ssad.pretext.which import WhichAugmentation

SIDE = 16
FEATURES = 8
COLUMNS = 5
N_AFFINE = 4


class Flips(FiniteAugmentation):
    """Six transforms, of which none moves more than a few pixels."""

    n_transforms = 6

    def transform(self, images, index):
        flipped = images.flip(3) if index % 2 else images
        return flipped.roll(index // 2 * 3, dims=2)


IMAGE_CASES = {
    "augmented": lambda c: AugmentedOrNot(Noise(0.3)),
    "which": lambda c: WhichAugmentation([Noise(0.3), ColorJitter(0.5)]),
    "turns": lambda c: TransformPrediction(QuarterTurns(), views=ColorJitter()),
    "geometric": lambda c: TransformPrediction(
        GeometricTransforms(shift=0), Chain([Crop(), Flip()]), 3, "dirichlet"
    ),
    "copies": lambda c: TransformPrediction(Flips(), None, 3, "dirichlet"),
    "mean": lambda c: TransformPrediction(Flips(), score="mean_probability"),
    "contrastive": lambda c: Contrastive(Noise(0.1), width=8),
    "distribution": lambda c: Contrastive(
        Noise(0.1), QuarterTurns(), 2, 0.5, symmetric=True, width=8
    ),
    "csi": lambda c: ContrastingShifted(Noise(0.1), QuarterTurns(), width=8),
    "csi_of_swaps": lambda c: ContrastingShifted(
        SimCLR(), HalfSwaps(), width=8, test_views=SimCLR(area=0.54)
    ),
    "centres": lambda c: TripletCentre(QuarterTurns()),
    "centres_of_copies": lambda c: TripletCentre(Flips(), copies=3, norm_weight=0.0),
    "denoising": lambda c: Denoising(Noise(0.2), SIDE),
    "autoencoder": lambda c: Denoising(None, SIDE),
    "hypersphere": lambda c: Hypersphere(Noise(0.3), width=8),
    "known": lambda c: Hypersphere(
        Noise(0.3), known=make_images(5, c, seed=9), known_views=ColorJitter(), width=8
    ),
}
SCORED = {
    "turns": GivenScore,
    "copies": DirichletDensity,
    "mean": MeanProbability,
    "csi": CSIDensity,
    "csi_of_swaps": CSIDensity,
    "geometric": DirichletDensity,
    "centres": CentreDensity,
    "centres_of_copies": CentreDensity,
    "denoising": GivenScore,
    "autoencoder": GivenScore,
    "hypersphere": GivenScore,
    "known": GivenScore,
    "affine": CentreDensity,
}
CASES = [*((name, c) for name in IMAGE_CASES for c in (1, 3)), ("affine", 0)]


def make_pretext(name, n_channels=3):
    if name == "affine":
        return AffineCentres(N_AFFINE)
    return IMAGE_CASES[name](n_channels)


def make_network(pretext, seed=0):
    """Return a small network with the head of a pretext task, in train mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if isinstance(pretext, AffineCentres):
            encoder = AffineViews(COLUMNS, N_AFFINE, rank=6, width=3, layers=2)
            return PretextNetwork(encoder, pretext.make_head(N_AFFINE * 3))
        encoder = Encoder(SmallCNN((4, FEATURES)))
        return PretextNetwork(encoder, pretext.make_head(FEATURES))


def make_images(n=12, n_channels=3, seed=0):
    """Return smooth uint8 images; rows of a table for no channel."""
    generator = torch.Generator().manual_seed(seed)
    if not n_channels:
        return 3 + 2 * torch.randn(n, COLUMNS, generator=generator)
    coarse = torch.rand(n, n_channels, 4, 4, generator=generator)
    images = F.interpolate(coarse, (SIDE, SIDE), mode="bilinear")
    return (255 * images).byte()


def as_batch(images):
    """Return images as a batch of training holds them."""
    return images.float() / 255 if images.dtype == torch.uint8 else images


def prepared(name, n_channels=3):
    """Return a pretext task, its prepared network and a batch."""
    n_channels = 0 if name == "affine" else n_channels
    pretext, images = make_pretext(name, n_channels), make_images(12, n_channels)
    network = make_network(pretext)
    pretext.prepare(network, images)
    return pretext, network, as_batch(images)


def seeded(seed=3):
    return torch.Generator().manual_seed(seed)

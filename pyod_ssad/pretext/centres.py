"""The pretext of GOAD: keep the copies by each transform close to their centre."""

import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.densities.centres import CentreDensity
from pyod_ssad.pretext._copies import check_copies, repeat
from pyod_ssad.pretext.base import Pretext


def triplet_centre(features, margin):
    """Return the triplet-centre loss with the centres of a batch.

    Parameters
    ----------
    features : tensor of shape (n, M, d)
        Of n samples by M transforms, at least two.
    margin : float

    Returns
    -------
    loss : tensor of shape ()

    Notes
    -----
    With ``c_j`` the mean of ``f_bj`` over the batch and ``D_bij = ||f_bi - c_j||^2``,
    the mean over b and i of ``max(0, D_bii + margin - min_{j != i} D_bij)`` [1]_. The
    gradient flows through the centres too.

    References
    ----------
    .. [1] L. Bergman and Y. Hoshen, "Classification-based anomaly detection for general
       data", ICLR 2020.
    """
    n_transforms = features.shape[1]
    distances = _squared_distances(features, features.mean(dim=0))
    own = torch.eye(n_transforms, dtype=torch.bool, device=features.device)
    others = distances.masked_fill(own, float("inf")).amin(dim=2)
    return F.relu(distances.diagonal(dim1=1, dim2=2) + margin - others).mean()


def goad_terms(features, logits, index, margin, weight, norm_weight=0.0):
    """Return the named terms of GOAD's loss.

    Parameters
    ----------
    features : tensor of shape (n, m, d)
        Of n samples by m transforms.
    logits : tensor of shape (n, m, M)
        Of all M transforms.
    index : int64 tensor of shape (m,)
        Which of the M transforms these are.
    margin, weight : float
        Of the triplet-centre loss.
    norm_weight : float, optional (default=0.0)
        Of the mean squared feature.

    Returns
    -------
    terms : dict of str to tensor of shape ()
        "cross_entropy" and "triplet", and "norm" unless it weighs nothing.
    """
    target = index.to(logits.device).repeat(len(logits))
    terms = {
        "cross_entropy": F.cross_entropy(logits.flatten(0, 1), target),
        "triplet": weight * triplet_centre(features, margin),
    }
    if norm_weight:
        terms["norm"] = norm_weight * features.square().mean()
    return terms


class TripletCentre(Pretext):
    """Predict the transform of an image, and keep the features of each together.

    Parameters
    ----------
    transforms : FiniteAugmentation
        M transforms.
    margin : float, optional (default=0.1)
        Of the triplet-centre loss.
    weight : float, optional (default=0.1)
        Of the triplet-centre loss.
    norm_weight : float, optional (default=10.0)
        Of the mean squared feature.
    copies : int, optional (default=None)
        How many of the transforms are drawn for a step, the same for all its images;
        None takes all M, so that the network sees M times the batch.

    Notes
    -----
    The loss is the mean softmax cross-entropy of a linear layer on the features, plus
    ``weight`` times `triplet_centre`, plus ``norm_weight`` times the mean of the
    squared features [1]_. The features are the encoder's; the centres of the score are
    computed from training images in eval mode, and not, as in the published code, from
    batches while the weights move.

    With few updates and GEOM's 72 transforms, ``norm_weight=10`` keeps the features so
    small that the cross-entropy hardly falls: to 4.1, where chance is 4.3, in 150
    updates on 600 images of Fashion-MNIST, and to 2.2 with ``norm_weight=1``.

    References
    ----------
    .. [1] L. Bergman and Y. Hoshen, "Classification-based anomaly detection for general
       data", ICLR 2020.
    """

    def __init__(
        self, transforms, margin=0.1, weight=0.1, norm_weight=10.0, copies=None
    ):
        self.transforms = transforms
        self.margin = margin
        self.weight = weight
        self.norm_weight = norm_weight
        self.copies = copies

    def make_head(self, n_features):
        """Return a head whose outputs are the features, then M logits."""
        return FeaturesAndLogits(n_features, self.transforms.n_transforms)

    def loss(self, forward, images, generator):
        """Return the terms, see `goad_terms` and `Pretext.loss`."""
        index = self._draw(generator)
        copies = repeat(images, len(index))
        parameters = {"index": index.repeat_interleave(len(images))}
        outputs = forward(self.transforms.apply(copies, parameters))
        # Copy after copy, and images within.
        outputs = outputs.unflatten(0, (len(index), -1)).transpose(0, 1)
        n_logits = self.transforms.n_transforms
        features, logits = outputs[..., :-n_logits], outputs[..., -n_logits:]
        return goad_terms(
            features, logits, index, self.margin, self.weight, self.norm_weight
        )

    @torch.no_grad()
    def represent(self, network, images):
        """Return the features of all copies; see `Pretext.represent`.

        Returns
        -------
        representation : tensor of shape (n, M * d)
            Transform after transform.
        """
        copies = (
            self.transforms.transform(images, t)
            for t in range(self.transforms.n_transforms)
        )
        return torch.cat([network.encoder(copy).float() for copy in copies], dim=1)

    def make_density(self):
        """Return a `CentreDensity`."""
        return CentreDensity(self.transforms.n_transforms)

    def _draw(self, generator):
        """Return which transforms are taken for a step."""
        n_transforms = self.transforms.n_transforms
        check_copies(self.copies, n_transforms)
        if self.copies is None:
            return torch.arange(n_transforms)
        return torch.randperm(n_transforms, generator=generator)[: self.copies]


class FeaturesAndLogits(nn.Module):
    """Features as they are, and logits by a linear layer.

    Parameters
    ----------
    n_features : int
    n_logits : int
    """

    def __init__(self, n_features, n_logits):
        super().__init__()
        self.logits = nn.Linear(n_features, n_logits)

    def forward(self, features):
        """Return both, side by side, ``(n, n_features + n_logits)``."""
        return torch.cat([features, self.logits(features)], dim=1)


def _squared_distances(features, centres):
    """Return ``(n, M, M)`` squared distances of features (n, M, d) to centres (M, d).

    By products, as all differences at once would take n M^2 d numbers.
    """
    squares = features.square().sum(dim=2, keepdim=True) + centres.square().sum(dim=1)
    return (squares - 2 * features @ centres.T).clamp(min=0)

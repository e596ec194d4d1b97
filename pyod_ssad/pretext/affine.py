"""GOAD for tables: random affine transforms, and the network that they are part of."""

import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.densities.centres import CentreDensity
from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.centres import goad_terms

SLOPE = 0.2
"""Of the negative part of leaky ReLUs."""


class AffineViews(nn.Module):
    """The encoder of tables: fixed random matrices, then one network for all views.

    Parameters
    ----------
    n_features : int
        D, columns of the table.
    n_transforms : int, optional (default=64)
        M, matrices.
    rank : int, optional (default=32)
        r, columns of each matrix.
    width : int, optional (default=8)
        Features of each view of a row.
    layers : int, optional (default=2)
        Of the shared network: linear, without bias, with leaky ReLUs between them.

    Notes
    -----
    The view m of a row x is ``((x - mean) / std) W_m``; mean and std are those of the
    training rows, see `standardise`, and the entries of the (D, r) matrices W_m are
    drawn from N(0, 1) as weights are, and stay as they are. The transforms change the
    number of columns, so they are part of the encoder and not of the pretext: an
    embedding holds the features of all views, side by side, M * width numbers.

    [1]_ takes M = r = 64, width 32 and five layers for KDD, and M = 256, r = 32, width
    8 and one layer for small tables, and adds no translation to the matrices either.
    With one layer the features are linear in the row, and as the mean row is zero, so
    are all centres: the default is two.

    References
    ----------
    .. [1] L. Bergman and Y. Hoshen, "Classification-based anomaly detection for general
       data", ICLR 2020.
    """

    def __init__(self, n_features, n_transforms=64, rank=32, width=8, layers=2):
        super().__init__()
        matrices = torch.randn(n_transforms, n_features, rank)
        self.register_buffer("matrices", matrices)
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("std", torch.ones(n_features))
        self.shared = _make_shared(rank, width, layers)

    def standardise(self, rows):
        """Set mean and std to those of training rows ``(n, D)``.

        A column that does not vary is shifted only.
        """
        rows = rows.double()
        mean, std = rows.mean(dim=0), rows.std(dim=0, correction=0)
        is_constant = std <= 1e-7 * mean.abs()
        self.mean.copy_(mean)
        self.std.copy_(std.masked_fill(is_constant, 1.0))

    def forward(self, rows):
        """Return embeddings ``(n, M * width)`` of rows ``(n, D)``."""
        scaled = (rows - self.mean) / self.std
        views = torch.einsum("nd,mdr->nmr", scaled, self.matrices)
        return self.shared(views).flatten(1)


class AffineCentres(Pretext):
    """Predict which matrix made a view, and keep the views of each together.

    The encoder of the network is an `AffineViews` of as many transforms.

    Parameters
    ----------
    n_transforms : int, optional (default=64)
        M.
    margin : float, optional (default=1.0)
        Of the triplet-centre loss.
    weight : float, optional (default=0.1)
        Of the triplet-centre loss.

    Notes
    -----
    The loss is `goad_terms`, without a penalty of the norm: the mean softmax
    cross-entropy over all M views, plus ``weight`` times
    `pyod_ssad.pretext.centres.triplet_centre` [1]_.

    References
    ----------
    .. [1] L. Bergman and Y. Hoshen, "Classification-based anomaly detection for general
       data", ICLR 2020.
    """

    def __init__(self, n_transforms=64, margin=1.0, weight=0.1):
        self.n_transforms = n_transforms
        self.margin = margin
        self.weight = weight

    def make_head(self, n_features):
        """Return a head whose outputs are, for each view, features and M logits."""
        return HeadOfViews(n_features, self.n_transforms)

    def prepare(self, network, images):
        """Standardise by the training rows ``(n, D)``; see `Pretext.prepare`."""
        network.encoder.standardise(images)

    def loss(self, forward, images, generator):
        """Return the terms for rows ``(n, D)``; see `Pretext.loss`."""
        n_transforms = self.n_transforms
        outputs = forward(images).unflatten(1, (n_transforms, -1))
        features, logits = outputs[..., :-n_transforms], outputs[..., -n_transforms:]
        index = torch.arange(n_transforms)
        return goad_terms(features, logits, index, self.margin, self.weight)

    @torch.no_grad()
    def represent(self, network, images):
        """Return the features of all views; see `Pretext.represent`.

        Returns
        -------
        representation : tensor of shape (n, M * d)
            View after view.
        """
        return network.encoder(images).float()

    def make_density(self):
        """Return a `CentreDensity`."""
        return CentreDensity(self.n_transforms)


class HeadOfViews(nn.Module):
    """Features of M views side by side to features and M logits of each.

    Parameters
    ----------
    n_features : int
        Of all views together.
    n_transforms : int
        M.
    """

    def __init__(self, n_features, n_transforms):
        super().__init__()
        self.n_transforms = n_transforms
        self.logits = nn.Linear(n_features // n_transforms, n_transforms)

    def forward(self, embeddings):
        """Return ``(n, M * (d + M))``: features and logits of each view in turn."""
        features = embeddings.unflatten(1, (self.n_transforms, -1))
        logits = self.logits(F.leaky_relu(features, SLOPE))
        return torch.cat([features, logits], dim=2).flatten(1)


def _make_shared(rank, width, layers):
    modules = []
    for n_in in [rank] + [width] * (layers - 1):
        linear = nn.Linear(n_in, width, bias=False)
        nn.init.xavier_normal_(linear.weight, gain=2**0.5)
        modules += [linear, nn.LeakyReLU(SLOPE)]
    return nn.Sequential(*modules[:-1])

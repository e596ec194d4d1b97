"""The pretext of CSI: contrast shifted images, and say how they were shifted."""

import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.densities.csi import CSIDensity
from pyod_ssad.pretext._copies import draw_copies, repeat
from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.contrastive import nt_xent

SEED = 0
"""Of the views that every image is scored by."""


class ContrastingShifted(Pretext):
    """Contrast images and their shifted copies, and predict the shift.

    Parameters
    ----------
    views : Augmentation
        What makes a view; it is drawn anew for every view.
    shifts : FiniteAugmentation
        K transforms that take an image out of the distribution, such as quarter turns.
    temperature : float, optional (default=0.5)
    width : int, optional (default=128)
        Outputs of the projection.
    test_views : Augmentation, optional (default=None)
        What makes the views that are averaged over in scoring; None takes `views`.
    n_views : int, optional (default=4)
        How many they are for every shift.

    Notes
    -----
    Two views of each image by each shift are 2 K B network inputs for B images. The
    loss is the sum of `nt_xent`, symmetric, in which every shifted copy is an instance
    of its own, and of the mean softmax cross-entropy of a linear layer on the features
    that predicts the shift [1]_. Images are shifted after the view is made: a flip that
    came after a turn by 90 degrees would make it one by 270.

    For every shift, `represent` averages the unnormalised projection and the shift's
    own logit over `n_views` views. Their parameters are drawn once with a fixed seed,
    and are the same for every image, shift and batch; the published code draws them
    anew for every batch, so that a score depends on the place of an image in it. It
    averages over ten views.

    References
    ----------
    .. [1] J. Tack, S. Mo, J. Jeong and J. Shin, "CSI: Novelty detection via contrastive
       learning on distributionally shifted instances", NeurIPS 2020.
    """

    def __init__(
        self, views, shifts, temperature=0.5, width=128, test_views=None, n_views=4
    ):
        self.views = views
        self.shifts = shifts
        self.temperature = temperature
        self.width = width
        self.test_views = views if test_views is None else test_views
        self.n_views = n_views

    def make_head(self, n_features):
        """Return a head whose outputs are the projection, then the shift's logits."""
        return ProjectionAndLogits(n_features, self.width, self.shifts.n_transforms)

    def loss(self, forward, images, generator):
        """Return the terms "contrastive" and "shift"; see `Pretext.loss`."""
        n_shifts = self.shifts.n_transforms
        views = self.views(repeat(images, 2 * n_shifts), generator)
        index = draw_copies(self.shifts, len(images), None, generator).repeat(2)
        outputs = forward(self.shifts.apply(views, {"index": index}))
        projections, logits = outputs.split([self.width, n_shifts], dim=1)
        u, v = F.normalize(projections, dim=1).chunk(2)
        return {
            "contrastive": nt_xent(u, v, self.temperature),
            "shift": F.cross_entropy(logits, index.to(logits.device)),
        }

    @torch.no_grad()
    def represent(self, network, images):
        """Return averages over fixed views; see `Pretext.represent`.

        Returns
        -------
        representation : tensor of shape (n, K * (width + 1))
            Shift after shift, the projection and then the shift's logit.
        """
        sums = 0
        for draw in self._draw_test_views(images.shape):
            parameters = _give_to_all(draw, len(images), images.device)
            sums += self._pass(network, self.test_views.apply(images, parameters))
        return sums.flatten(1) / self.n_views

    def make_density(self):
        """Return a `CSIDensity`."""
        return CSIDensity(self.shifts.n_transforms)

    def _draw_test_views(self, shape):
        generator = torch.Generator().manual_seed(SEED)
        shape = (1, *shape[1:])
        return [self.test_views.sample(shape, generator) for _ in range(self.n_views)]

    def _pass(self, network, views):
        """Return ``(n, K, width + 1)``: the projection and the logit of each shift."""
        parts = []
        for k in range(self.shifts.n_transforms):
            outputs = network(self.shifts.transform(views, k)).float()
            logit = outputs[:, self.width + k, None]
            parts.append(torch.cat([outputs[:, : self.width], logit], dim=1))
        return torch.stack(parts, dim=1)


class ProjectionAndLogits(nn.Module):
    """Features to a projection, and to logits by a linear layer of their own.

    Parameters
    ----------
    n_features : int
    width : int
        Outputs of the projection, which is linear, ReLU, linear.
    n_logits : int
    """

    def __init__(self, n_features, width, n_logits):
        super().__init__()
        self.projection = nn.Sequential(
            nn.Linear(n_features, n_features), nn.ReLU(), nn.Linear(n_features, width)
        )
        self.logits = nn.Linear(n_features, n_logits)

    def forward(self, features):
        """Return both, side by side, ``(n, width + n_logits)``."""
        return torch.cat([self.projection(features), self.logits(features)], dim=1)


def _give_to_all(parameters, n, device):
    """Return the draw for one image as one for n, nested or flat."""
    if isinstance(parameters, dict):
        return {
            name: _give_to_all(value, n, device) for name, value in parameters.items()
        }
    return parameters.to(device).expand(n, *parameters.shape[1:])

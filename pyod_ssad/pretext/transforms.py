"""The pretext of rotation prediction and GEOM: which transform was it?"""

import torch
from torch.nn import functional as F

from pyod_ssad.densities.dirichlet import DirichletDensity
from pyod_ssad.densities.given import GivenScore
from pyod_ssad.densities.mean_probability import MeanProbability
from pyod_ssad.pretext._copies import draw_copies, repeat
from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.network import projection_head

SCORES = ("product", "dirichlet", "mean_probability")


class TransformPrediction(Pretext):
    """Say by which of a few fixed transforms an image was made.

    Parameters
    ----------
    transforms : FiniteAugmentation
        M transforms: quarter turns, or those of GEOM.
    views : Augmentation, optional (default=None)
        What the images go through before they are transformed, drawn independently
        for every copy.
    copies : int, optional (default=None)
        How many of the transforms are drawn for every image in a step; None takes all
        M, so that the network sees M times the batch.
    score : {"product", "dirichlet", "mean_probability"}, optional (default="product")
        What `represent` and `make_density` make: see Notes.

    Notes
    -----
    The loss is the mean softmax cross-entropy of M classes over all copies [1]_ [2]_.
    The published GEOM trains on all M copies and on no views.

    With ``p(k | x)`` the probability of the transform k, and ``T_k x`` the image
    transformed by it, the scores are:

    - product: ``-sum_k log p(k | T_k x)``, which orders as the rotation classifier's
      ``1 - prod_k p(k | T_k x)`` does [2]_ and does not underflow;
    - dirichlet: GEOM's normality score [1]_, from the log-probabilities of all M
      classes on all M copies;
    - mean_probability: GEOM's simplified score, minus the mean of ``p(k | T_k x)``.

    Log-probabilities come from a log-softmax; the published code takes the logarithm
    of probabilities, which may be zero.

    None of it can work where a transformed image looks like the image: a texture that
    is the same in all directions has no orientation to be predicted.

    References
    ----------
    .. [1] I. Golan and R. El-Yaniv, "Deep anomaly detection using geometric
       transformations", NeurIPS 2018.
    .. [2] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    def __init__(self, transforms, views=None, copies=None, score="product"):
        if score not in SCORES:
            raise ValueError(f"score must be one of {list(SCORES)}, got {score!r}.")
        self.transforms = transforms
        self.views = views
        self.copies = copies
        self.score = score

    def make_head(self, n_features):
        """Return a projection head with an output for each transform."""
        return projection_head(n_features, n_outputs=self.transforms.n_transforms)

    def loss(self, forward, images, generator):
        """Return the cross-entropy; see `Pretext.loss`."""
        index = draw_copies(self.transforms, len(images), self.copies, generator)
        copies = repeat(images, len(index) // len(images))
        if self.views is not None:
            copies = self.views(copies, generator)
        logits = forward(self.transforms.apply(copies, {"index": index}))
        return {"loss": F.cross_entropy(logits, index.to(logits.device))}

    @torch.no_grad()
    def represent(self, network, images):
        """Return what the score is computed from; see `Pretext.represent`.

        Returns
        -------
        representation : tensor of shape (n, 1) or (n, M * M)
            The score "product" itself; for the others ``log p(k | T_t x)`` at the
            column ``t * M + k``.
        """
        log_p = torch.stack(
            [
                F.log_softmax(network(self.transforms.transform(images, t)).float(), 1)
                for t in range(self.transforms.n_transforms)
            ],
            dim=1,
        )
        if self.score == "product":
            return -log_p.diagonal(dim1=1, dim2=2).sum(dim=1, keepdim=True)
        return log_p.flatten(1)

    def make_density(self):
        """Return a `GivenScore`, `DirichletDensity` or `MeanProbability`."""
        if self.score == "product":
            return GivenScore()
        densities = {
            "dirichlet": DirichletDensity,
            "mean_probability": MeanProbability,
        }
        return densities[self.score](self.transforms.n_transforms)

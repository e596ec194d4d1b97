"""The pretext of SimCLR and its relatives: which two views are of one image?"""

import torch
from torch.nn import functional as F

from pyod_ssad.pretext._copies import draw_copies, repeat
from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.network import projection_head


def nt_xent(u, v, temperature, *, symmetric=True):
    """Return the normalised, temperature-scaled cross-entropy of pairs of views.

    Parameters
    ----------
    u, v : tensors of shape (n, d)
        Of unit length; ``u[i]`` and ``v[i]`` are of one instance.
    temperature : float
    symmetric : bool, optional (default=True)
        Whether every view is an anchor once, or those of `u` alone.

    Returns
    -------
    loss : tensor of shape ()

    Notes
    -----
    Symmetric, as in Eq. 1 of [1]_: with s the inner products of all 2n vectors divided
    by the temperature, and i' the other view of i, the mean over all i of
    ``-log(exp(s_ii') / sum_{k != i} exp(s_ik))``: 2n - 2 negatives, of both views.

    In one direction, as [2]_ trains: with ``s_ij = u_i . v_j / temperature``, the mean
    over i of ``-log(exp(s_ii) / sum_j exp(s_ij))``: n - 1 negatives, of the other view
    only. The two are not equivalent.

    References
    ----------
    .. [1] T. Chen, S. Kornblith, M. Norouzi and G. Hinton, "A simple framework for
       contrastive learning of visual representations", ICML 2020.
    .. [2] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """
    n = len(u)
    if not symmetric:
        target = torch.arange(n, device=u.device)
        return F.cross_entropy(u @ v.T / temperature, target)
    views = torch.cat([u, v])
    logits = views @ views.T / temperature
    logits = logits.masked_fill(
        torch.eye(2 * n, dtype=torch.bool, device=u.device), float("-inf")
    )
    return F.cross_entropy(logits, torch.arange(2 * n, device=u.device).roll(n))


class Contrastive(Pretext):
    """Find the other view of an image among the views of other images.

    Parameters
    ----------
    views : Augmentation
        What makes a view; it is drawn anew for every view.
    transforms : FiniteAugmentation, optional (default=None)
        Distribution augmentation: copies of the images by these transforms are images
        of their own.
    copies : int, optional (default=None)
        How many of the transforms are drawn for every image in a step; None takes all.
    temperature : float, optional (default=0.2)
    symmetric : bool, optional (default=False)
        See `nt_xent`.
    width : int, optional (default=128)
        Outputs of the head, which are scaled to unit length in the loss.

    Notes
    -----
    Two views of every instance, `nt_xent` over the batch. The defaults are those of
    [1]_; SimCLR's loss is ``symmetric=True, temperature=0.5``.

    With `transforms`, two transformed copies of one image are two instances, and so
    negatives of each other [1]_. There the training set is enlarged, and a batch holds
    32 of the copies; here a batch holds all copies of its images, or `copies` of them.

    References
    ----------
    .. [1] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    def __init__(
        self,
        views,
        transforms=None,
        copies=None,
        temperature=0.2,
        symmetric=False,
        width=128,
    ):
        self.views = views
        self.transforms = transforms
        self.copies = copies
        self.temperature = temperature
        self.symmetric = symmetric
        self.width = width

    def make_head(self, n_features):
        """Return a projection head with `width` outputs."""
        return projection_head(n_features, n_outputs=self.width)

    def loss(self, forward, images, generator):
        """Return the cross-entropy of the pairs; see `Pretext.loss`."""
        instances = self._make_instances(images, generator)
        outputs = forward(self.views(repeat(instances, 2), generator))
        u, v = F.normalize(outputs, dim=1).chunk(2)
        return {"loss": nt_xent(u, v, self.temperature, symmetric=self.symmetric)}

    def _make_instances(self, images, generator):
        if self.transforms is None:
            return images
        index = draw_copies(self.transforms, len(images), self.copies, generator)
        copies = repeat(images, len(index) // len(images))
        return self.transforms.apply(copies, {"index": index})

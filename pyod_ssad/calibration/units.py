"""Bringing scores of one network into the units of another."""

import numpy as np


def to_units_of(scores, own, wanted):
    """Bring scores of one network into the units of another one's.

    Parameters
    ----------
    scores : ndarray of shape (m,)
        What the first network says of some images.
    own : ndarray of shape (k,)
        Out-of-fold scores of the images that the first network was trained on.
    wanted : ndarray of shape (n,)
        Those of the second network, of its own training images.

    Returns
    -------
    scores : ndarray of shape (m,)
        As the second network might say them.

    Notes
    -----
    Distances are multiplied by the ratio of the geometric means of `wanted` and `own`.
    Scores that are not all positive, such as log-likelihoods, are shifted and scaled
    by the mean and standard deviation instead.
    """
    if min(scores.min(), own.min(), wanted.min()) > 0:
        return scores * np.exp(np.log(wanted).mean() - np.log(own).mean())
    spread = own.std()
    scale = wanted.std() / spread if spread > 0 else 1.0
    return (scores - own.mean()) * scale + wanted.mean()

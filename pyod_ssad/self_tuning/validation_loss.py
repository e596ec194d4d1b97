"""Label-free losses that tell how well pseudo anomalies imitate unlabelled data.

Pure, differentiable functions of three sets of embeddings, tensors ``(n, d)`` each:
of training images, of augmented ones, and of unlabelled ones.

References
----------
.. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
   detection", 2023.
"""

import numpy as np
import torch


def normalize_total_distance(*sets):
    """Centre and scale sets of embeddings together, to a fixed total distance.

    Parameters
    ----------
    *sets : tensors of shape (n_i, d)
        Embeddings of several kinds, N in all.

    Returns
    -------
    normalized : list of tensors of shape (n_i, d)
        The sets around their common mean, with a mean squared norm of 1.

    Notes
    -----
    ``z' = sqrt(N) (z - mean) / ||Z - mean||_F`` over all N rows, Eq. 2 of [1]_. The
    total of all squared pairwise distances is then 2 N^2, whatever the embeddings.
    Embeddings that are all the same stay zero instead of becoming NaN.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    stacked = torch.cat(sets)
    centred = stacked - stacked.mean(dim=0)
    smallest = torch.finfo(stacked.dtype).tiny
    norm = centred.square().sum().clamp(min=smallest).sqrt()
    scaled = centred * (len(stacked) ** 0.5 / norm)
    return list(scaled.split([len(part) for part in sets]))


def mean_distance_loss(Z_trn, Z_aug, Z_test):
    """Return the mean distance loss; smaller where pseudo anomalies imitate better.

    Parameters
    ----------
    Z_trn, Z_aug, Z_test : tensors of shape (n_i, d)
        Embeddings of training, augmented and unlabelled images.

    Returns
    -------
    loss : tensor of shape ()

    Notes
    -----
    ``1 / (2 |Z_test|) sum_z (||z - mean(Z_trn)|| + ||z - mean(Z_aug)||)`` over the
    unlabelled embeddings z, all after `normalize_total_distance`: Eq. 3 of [1]_. It is
    1 for one point of each kind that align perfectly (Lemma 1). Only the means of the
    first two sets matter, so their sizes do only in the normalisation.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    Z_trn, Z_aug, Z_test = normalize_total_distance(Z_trn, Z_aug, Z_test)
    to_trn = _distances(Z_test, Z_trn.mean(dim=0))
    to_aug = _distances(Z_test, Z_aug.mean(dim=0))
    return (to_trn + to_aug).mean() / 2


def mmd_loss(Z_trn, Z_aug, Z_test):
    """Return the squared MMD of `mmd_unnormalized_loss` on normalised embeddings.

    Parameters and result are as those of `mean_distance_loss`.
    """
    return mmd_unnormalized_loss(*normalize_total_distance(Z_trn, Z_aug, Z_test))


def mmd_unnormalized_loss(Z_trn, Z_aug, Z_test):
    """Return the squared maximum mean discrepancy with a linear kernel.

    Parameters and result are as those of `mean_distance_loss`.

    Notes
    -----
    ``||mean(Z_trn and Z_aug) - mean(Z_test)||^2``, an ablation of [1]_, which does not
    name the kernel.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023, section 4.2.
    """
    simulated = torch.cat([Z_trn, Z_aug]).mean(dim=0)
    return (simulated - Z_test.mean(dim=0)).square().sum()


VALIDATION_LOSSES = {
    "mean_distance": mean_distance_loss,
    "mmd": mmd_loss,
    "mmd_unnormalized": mmd_unnormalized_loss,
}


ROUNDING = 1e-6
"""Embeddings are float32: closer scores than this, relatively, are the same."""


def score_variance(train_scores, scores):
    """Return the sample variance of standardised anomaly scores; larger is better.

    Parameters
    ----------
    train_scores : array of shape (n,)
        Scores of the training images, whose mean and standard deviation are the units.
    scores : array of shape (m,)
        Scores of the unlabelled images, at least two.

    Returns
    -------
    variance : float
        NaN where the training scores are all the same, so that there is no unit: as
        two training images' are, which lie equally far from their mean.

    Notes
    -----
    Eq. 6 of [1]_, which compares scores as they are. Their unit depends on how far
    training has spread the embeddings, so that starts could not be compared.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    if np.allclose(train_scores, train_scores[0], rtol=ROUNDING, atol=0):
        return float("nan")
    return float((scores / train_scores.std()).var(ddof=1))


def _distances(Z, point):
    # The derivative of a norm is undefined at zero: there it is taken to be zero.
    squared = (Z - point).square().sum(dim=1)
    smallest = torch.finfo(squared.dtype).tiny
    return torch.where(squared > 0, squared.clamp(min=smallest).sqrt(), 0.0)

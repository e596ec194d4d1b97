"""Does the augmentation look like the anomalies? Discordance, separability, DSV.

Everything here is a function of three sets of embeddings: training images, their
augmented copies, and unlabeled test images [1]_.

References
----------
.. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An Alignment Validation Loss for
   Self-supervised Outlier Model Selection", ECML PKDD 2023.
"""

import numpy as np

from model_selection._pairwise import (
    check_embeddings,
    euclidean_moments,
    pairwise_moments,
)
from model_selection.embedding import AlignmentCriterion


def discordance(Z_trn, Z_aug, Z_test):
    """How far the test embeddings lie from the line between training and augmented.

    Parameters
    ----------
    Z_trn, Z_aug, Z_test : array-like of shape (n_i, d)
        Embeddings of training images, of augmented ones, and of unlabeled test images.

    Returns
    -------
    float
        A ratio of distances, positive; smaller is better. ``inf`` if all training
        and augmented embeddings are one single point, so that no augmentation shows.

    Raises
    ------
    ValueError
        As in `mean_distance`.

    Notes
    -----
    :math:`L_{dis} = d(Z_{trn} \\cup Z_{aug}, Z_{test}) / d(Z_{trn}, Z_{aug})` with the
    mean Euclidean distance :math:`d` [1]_. The authors' code adds 1e-8 to the
    denominator; here the degenerate case is infinite instead.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.

    Examples
    --------
    >>> discordance([[0.0, 0.0]], [[2.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]])
    0.5
    """
    trn, aug, test = check_embeddings(Z_trn=Z_trn, Z_aug=Z_aug, Z_test=Z_test)
    scale = euclidean_moments(trn, aug)[0]
    if scale == 0.0:
        return float("inf")
    return euclidean_moments(np.vstack([trn, aug]), test)[0] / scale


def separability(Z_trn, Z_aug, Z_test):
    """How widely the test embeddings spread from training towards augmented ones.

    Parameters
    ----------
    Z_trn, Z_aug, Z_test : array-like of shape (n_i, d)
        As in `discordance`.

    Returns
    -------
    float
        Never negative; larger is better up to 0.5, which perfect alignment reaches
        when half of the test images are anomalies. 0.0 if all training and augmented
        embeddings are one single point.

    Raises
    ------
    ValueError
        As in `discordance`.

    Notes
    -----
    With :math:`\\mu` the mean training embedding and :math:`u_j` the unit vector from
    :math:`\\mu` to the j-th augmented embedding (zero where they coincide),
    :math:`L_{sep}` is the population standard deviation of
    :math:`(z_i - \\mu)^\\top u_j` over all test embeddings i and all j, divided by
    :math:`d(Z_{trn}, Z_{aug})` [1]_. Distances are not halved, so that the theory of
    [1]_ holds as printed, :math:`\\sqrt{\\gamma (1 - \\gamma)} h_s` for a share
    :math:`\\gamma` of anomalies; the authors' code halves them and returns twice this
    value.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.

    Examples
    --------
    >>> separability([[0.0, 0.0]], [[2.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]])
    0.5
    """
    trn, aug, test = check_embeddings(Z_trn=Z_trn, Z_aug=Z_aug, Z_test=Z_test)
    scale = euclidean_moments(trn, aug)[0]
    if scale == 0.0:
        return 0.0
    centre = trn.mean(axis=0)
    directions = _unit_rows(aug - centre)
    variance = pairwise_moments(test - centre, directions, _projections)[1]
    return float(np.sqrt(variance)) / scale


def _projections(offsets, directions):
    """Return the dot products of all pairs of rows."""
    return offsets @ directions.T


def _unit_rows(vectors):
    """Scale rows to length one; rows of zeros stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1.0)


def dsv_loss(Z_trn, Z_aug, Z_test, *, cap=0.5, separability_scale=1.0):
    """Discordance and separability validation loss of one model.

    Parameters
    ----------
    Z_trn, Z_aug, Z_test : array-like of shape (n_i, d)
        As in `discordance`; one augmented copy a training image is the project's
        choice, because the authors size this set by the true share of anomalies, a
        label.
    cap : float, optional (default=0.5)
        Separability beyond it earns nothing.
    separability_scale : float, optional (default=1.0)
        Factor on the separability; 2 reproduces the authors' code.

    Returns
    -------
    float
        Smaller is better. ``inf`` if all training and augmented embeddings are one
        single point.

    Raises
    ------
    ValueError
        As in `discordance`.

    Notes
    -----
    :math:`L_{DSV} = L_{dis} - \\min(s L_{sep}, c) / L_{dis}` [1]_ with ``cap`` c and
    ``separability_scale`` s. The authors' slides print max for min; their text
    (separability is maximised *up to* a value), their theory and their code say min.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.

    See Also
    --------
    discordance, separability

    Examples
    --------
    >>> dsv_loss([[0.0, 0.0]], [[2.0, 0.0]], [[0.0, 0.0], [2.0, 0.0]])
    -0.5
    """
    dis = discordance(Z_trn, Z_aug, Z_test)
    sep = separability_scale * separability(Z_trn, Z_aug, Z_test)
    return dis - min(sep, cap) / dis


class Discordance(AlignmentCriterion):
    """Discordance of each model; smaller is better.

    See `discordance` for the formula and the source.
    """

    name = "discordance"
    greater_is_better = False

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the discordance of one model."""
        return discordance(Z_trn, Z_aug, Z_test)


class Separability(AlignmentCriterion):
    """Separability of each model; larger is better.

    See `separability` for the formula and the source.
    """

    name = "separability"
    greater_is_better = True

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the separability of one model."""
        return separability(Z_trn, Z_aug, Z_test)


class DSV(AlignmentCriterion):
    """DSV loss of each model; smaller is better.

    Parameters
    ----------
    cap : float, optional (default=0.5)
        Separability beyond it earns nothing.
    separability_scale : float, optional (default=1.0)
        Factor on the separability; 2 reproduces the authors' code. See `dsv_loss`,
        which has the formula and the source.
    """

    name = "dsv"
    greater_is_better = False

    def __init__(self, cap=0.5, separability_scale=1.0):
        self.cap = cap
        self.separability_scale = separability_scale

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the DSV loss of one model."""
        return dsv_loss(
            Z_trn,
            Z_aug,
            Z_test,
            cap=self.cap,
            separability_scale=self.separability_scale,
        )

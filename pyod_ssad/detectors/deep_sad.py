"""The Deep SAD detector."""

from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

import numpy as np
import torch

from pyod_ssad.augmentations import make_augmentation
from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.base import BaseSSAD
from pyod_ssad.image_detector import FEWEST
from pyod_ssad.parameters import check_positive
from pyod_ssad.pretext.deep_sad import Hypersphere


@dataclass(eq=False, repr=False)
class DeepSAD(BaseSSAD):
    """Map images close to a centre, and anomalies away from it [1]_.

    The anomalies are pseudo anomalies [2]_, and known ones if there are any.

    Parameters
    ----------
    augmentation : str, Augmentation, transform or callable, \
optional (default="cutpaste")
        What makes pseudo anomalies, as in `AugmentationSSAD`. It has to change every
        image.
    eta : float, optional (default=1.0)
        Weight of the anomalies, pseudo and known.
    density : {"distance", "gaussian", ...} or PyOD detector, \
optional (default="distance")
        What scores: the squared distance to the centre; or a second stage on the
        embeddings, as in `AugmentationSSAD`.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    References
    ----------
    .. [1] L. Ruff et al., "Deep semi-supervised anomaly detection", ICLR 2020.
    .. [2] J. Yoo, T. Zhao and L. Akoglu, "Data augmentation is a hyperparameter:
       Cherry-picked self-supervision for unsupervised anomaly detection is creating the
       illusion of success", TMLR 2023.
    """

    augmentation: object = "cutpaste"
    eta: float = 1.0
    _: KW_ONLY
    density: object = "distance"

    _own_scores = ("distance",)
    _checks_that_do_not_fit = MappingProxyType(
        {
            "check_labels_are_ignored": "Known anomalies are learned from.",
            "check_fit_predict_score": "Labels are learned from, and not judged by.",
        }
    )

    @classmethod
    def _test_params(cls):
        # Seeds must not decide whether a faint patch is learned in so few steps.
        return {**super()._test_params(), "augmentation": "cutout"}

    def fit(self, X, y=None):
        """Train on normal images, and on anomalies that are known to be such.

        Parameters
        ----------
        X
            As in every detector.
        y : array-like of shape (n,), optional (default=None)
            1 for known anomalies, 0 for all other images; None where none is known.

        Returns
        -------
        self : object
            ``decision_scores_``, `threshold_` and ``labels_`` are of the images with
            y = 0 alone: what is known to be anomalous tells nothing of the scores of
            good images.

        Raises
        ------
        ValueError, FileNotFoundError
            As in every detector, and if y is not as wanted.
        """
        return self._fit(X, y)

    def _check_parameters(self):
        super()._check_parameters()
        check_positive("eta", self.eta)

    def _divide(self, data, y):
        """Set known anomalies apart."""
        if y is None:
            return data, None
        is_known = _check_labels(y, len(data))
        if (~is_known).sum() < FEWEST:
            raise ValueError(
                f"y calls {is_known.sum()} of {len(data)} images anomalous; wanted at "
                f"least {FEWEST} others. Give more good images."
            )
        known = data[is_known]
        return data[~is_known], known if len(known) else None

    def _make_augmentation(self):
        return make_augmentation(self.augmentation)

    def _make_pretext(self, augmentation, known=None):
        jitter = ColorJitter(self.jitter) if self.jitter else None
        return Hypersphere(augmentation, known, known_views=jitter, eta=self.eta)


def _check_labels(y, n):
    """Return which images are known to be anomalous."""
    labels = np.asarray(y)
    if labels.shape != (n,) or not np.isin(labels, (0, 1)).all():
        values = np.unique(labels)[:5].tolist() if labels.ndim == 1 else "..."
        raise ValueError(
            f"y has the shape {labels.shape} and the values {values} for {n} images; "
            "wanted one label each, 1 for known anomalies and 0 for all others, known "
            "to be good or not."
        )
    return torch.from_numpy(labels == 1)

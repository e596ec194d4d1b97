"""Embeddings of a group of detectors, and criteria on them."""

from abc import abstractmethod

import numpy as np

from model_selection._naming import name_detectors
from model_selection._sharing import SharedData, share
from model_selection.criterion import Criterion, value_each


def embed(detector, X_train, X_unlabeled, random_state=0):
    """Embed training data, one augmented copy of each, and unlabeled data.

    Parameters
    ----------
    detector : object
        Fitted, with ``transform(X)`` and ``augment(X, random_state=None)``. If it has
        ``preprocess(X)`` (images as the network sees them, resized), that comes first,
        so that the augmentation acts at the network's own resolution.
    X_train : array-like or sequence of length n_trn
        The training data.
    X_unlabeled : array-like or sequence of length n_test
        Unlabeled data.
    random_state : int, optional (default=0)
        Seed of the augmentation.

    Returns
    -------
    Z_trn : ndarray of shape (n_trn, d)
        Embeddings of the training data.
    Z_aug : ndarray of shape (n_trn, d)
        Embeddings of the augmented copies.
    Z_test : ndarray of shape (n_test, d)
        Embeddings of the unlabeled data.

    Raises
    ------
    TypeError
        If the detector lacks ``transform`` or ``augment``.
    """
    _require_embedding(type(detector).__name__, detector)
    data = SharedData(X_train), SharedData(X_unlabeled)
    return _embed_shared(detector, *data, random_state)


def _embed_shared(detector, train, unlabeled, random_state):
    """Embed data that other detectors may have preprocessed already."""
    X_train, X_test = (data.as_seen_by(detector) for data in (train, unlabeled))
    X_aug = detector.augment(X_train, random_state=random_state)
    return tuple(detector.transform(X) for X in (X_train, X_aug, X_test))


def lacks_embedding(detector):
    """Return which of the methods that embed and augment a detector has not."""
    return [m for m in ("transform", "augment") if not hasattr(detector, m)]


def why_not_augmenting(detector, data):
    """Say why a detector with ``augment`` cannot augment; nothing if it can.

    Parameters
    ----------
    detector : object
        With ``augment``; fitted or not.
    data : SharedData
        The training data, of which two samples are tried.

    Returns
    -------
    str
        Empty also where the detector must be fitted first, or where the data cannot be
        read: fitting says more about that.
    """
    try:
        seen = data.as_seen_by(detector)
        few = None if isinstance(seen, str) else seen[:2]
    except Exception:
        return ""
    if few is None:
        return ""
    try:
        detector.augment(few, random_state=0)
    except AttributeError:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _require_embedding(name, detector):
    """Raise TypeError if the detector cannot embed and augment."""
    missing = lacks_embedding(detector)
    if missing:
        raise TypeError(
            f"detector {name} has no {' and no '.join(missing)}: this criterion needs "
            "transform(X) and augment(X, random_state=None); the criteria 'mc', 'sel' "
            "and 'hits' need only scores and accept any fitted detector"
        )


class AlignmentCriterion(Criterion):
    """A criterion on the embeddings of each model by itself."""

    needs_unlabeled = True
    needs_training = True

    @abstractmethod
    def value(self, Z_trn, Z_aug, Z_test):
        """Return the value of one model.

        Parameters
        ----------
        Z_trn, Z_aug, Z_test : array-like of shape (n_i, d)
            Embeddings of training data, of augmented ones, and of unlabeled data.

        Returns
        -------
        float
            In the paper's own sign.
        """

    def check_detectors(self, detectors):
        """Raise `TypeError`, naming the detector, if one cannot embed or augment."""
        for name, detector in zip(*name_detectors(detectors), strict=True):
            _require_embedding(name, detector)

    def evaluate_embeddings(self, embeddings):
        """Return one value a model from embeddings made before.

        Parameters
        ----------
        embeddings : iterable of (Z_trn, Z_aug, Z_test)
            One triple a model, as `embed` returns it.

        Returns
        -------
        ndarray of shape (n_models,)
            Float values.
        """
        return np.array([self.value(*triple) for triple in embeddings], dtype=float)

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Embed with each detector and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors with ``transform`` and ``augment``; see `embed`.
        X_train : array-like or sequence
            The training data.
        X_unlabeled : array-like or sequence
            Unlabeled data.
        random_state : int, optional (default=0)
            Seed of the augmentation, the same for each detector.

        Returns
        -------
        ndarray of shape (n_models,)
            Float values.

        Raises
        ------
        TypeError
            If a detector lacks ``transform`` or ``augment``.
        """
        self.check_detectors(detectors)
        data = share(detectors, X_train), share(detectors, X_unlabeled)
        return value_each(
            detectors,
            lambda detector: self.value(*_embed_shared(detector, *data, random_state)),
        )

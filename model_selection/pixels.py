"""Detectors of tables that are given images, as pixels in a row."""

import numbers
import os

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from model_selection._admission import admit
from model_selection._naming import name_detectors
from model_selection._scored import ScoredOnce
from model_selection.adapters import SklearnDetector, innermost, training_scores


class OnPixels(ScoredOnce):
    """Give a detector of tables the pixels that an image detector sees.

    `ModelSelector` wraps the detectors of tables that stand beside image detectors by
    itself, with the first image detector of the group.

    Parameters
    ----------
    detector : object
        Detector of tables ``(n_samples, n_features)``. It is cloned.
    image_detector : object
        Whose ``preprocess(X)`` reads and resizes the images, in whatever form it takes
        them; it need not be fitted, and is not.
    contamination : float in (0, 0.5], optional (default=0.1)
        Share of outliers behind ``threshold_``.

    Attributes
    ----------
    detector_ : object
        Fitted on the pixels ``(n_samples, H * W * C)``, float32 and within [0, 1]
        where the images have 8 bits.
    shape_ : tuple
        Of one image that it was fitted on.
    decision_scores_, threshold_, labels_
        Those scores of ``detector_``, and what follows from them.
    """

    def __init__(self, detector, image_detector, contamination=0.1):
        super().__init__(contamination=contamination)
        self.detector = detector
        self.image_detector = image_detector

    @property
    def _wrapped(self):
        return self.detector

    def preprocess(self, X):
        """Return the images as the image detector sees them."""
        return self.image_detector.preprocess(X)

    @property
    def preprocessing(self):
        """What the image detector says it depends on; None where it says nothing."""
        return getattr(self.image_detector, "preprocessing", None)

    def fit(self, X, y=None):
        """Fit a clone of the detector on the pixels of images; labels are ignored."""
        images = np.asarray(self.preprocess(X))
        pixels = _in_rows(images)
        name = type(self.detector).__name__
        self.detector_ = clone(admit(name, self.detector), safe=False)
        self.detector_.fit(pixels)
        self.shape_ = images.shape[1:]
        self._set_n_classes(None)
        self.decision_scores_ = training_scores(self.detector_, pixels)
        return self._process_decision_scores()

    def decision_function(self, X):
        """Return the scores ``(n_samples,)`` of images, larger where more anomalous."""
        check_is_fitted(self, "detector_")
        images = _in_shape(np.asarray(self.preprocess(X)), self.shape_)
        return np.asarray(self.detector_.decision_function(_in_rows(images))).ravel()


def _in_rows(images):
    """Return images as one row of pixels each."""
    rows = images.reshape(len(images), -1).astype(np.float32)
    return rows / 255 if images.dtype == np.uint8 else rows


def _in_shape(images, shape):
    """Return images in a shape; grey ones as colours, and the reverse, where equal."""
    got = images.shape[1:]
    if len(got) == len(shape) == 3:
        for axis in (1, 3):
            plane = images.take([0], axis=axis)
            if plane.shape[1:] == shape and (images == plane).all():
                return plane
            if got[axis - 1] == 1 and images.repeat(3, axis).shape[1:] == shape:
                return images.repeat(3, axis)
    if got != shape:
        raise ValueError(
            f"got images of shape {got} after preprocessing, wanted {shape} as in "
            "training; pass grey images where it was trained on grey ones, colour ones "
            "where on colour"
        )
    return images


def give_pixels(names, members, X, *, prefit=False):
    """Wrap the detectors of tables that stand beside image detectors.

    Parameters
    ----------
    names : list of str
        What errors call the detectors.
    members : list
        Admitted detectors. Those with ``preprocess`` take images.
    X : array-like or sequence
        Data. A table ``(n_samples, n_features)`` goes to all of them as it is.
    prefit : bool, optional (default=False)
        Whether they are fitted, so that nobody knows which pixels they were given.

    Returns
    -------
    list
        Detectors that take the same data.

    Raises
    ------
    ValueError
        If there are images and nothing but detectors of tables, if there is a table
        and image detectors do not know its ``image_shape``, or if a detector of tables
        is fitted already and is not an `OnPixels`.
    """
    seeing = [member for member in members if hasattr(member, "preprocess")]
    tabular = [takes_tables(member) for member in members]
    if is_table(X):
        _require_image_shape(names, members, X)
        return members
    if all(tabular):
        _refuse_images(names, members, X)
    if not seeing or not any(tabular):
        return members
    if prefit:
        listed = ", ".join(n for n, t in zip(names, tabular, strict=True) if t)
        raise ValueError(
            f"prefit detectors of tables stand beside image detectors: {listed}; "
            "images do not tell which features they were fitted on; wrap them before "
            "they are fitted, as in OnPixels(KNN(), image_detector).fit(images)"
        )
    image_detector = clone(seeing[0], safe=False)
    return [
        OnPixels(member, image_detector) if is_tabular else member
        for member, is_tabular in zip(members, tabular, strict=True)
    ]


def _require_image_shape(names, members, X):
    """Raise if image detectors cannot know what the rows of a table show."""
    lost = [n for n, m in zip(names, members, strict=True) if _has_no_shape(m)]
    if lost:
        raise ValueError(
            f"got a table of {len(X)} rows, and these image detectors have no "
            f"image_shape: {', '.join(lost)}; wanted images for all: pass images, or, "
            "if the rows are pixels, set image_shape=(H, W[, C]) in each of these, or "
            "leave them out"
        )


def _has_no_shape(member):
    is_seeing = hasattr(member, "preprocess")
    return (
        is_seeing
        and getattr(member, "image_shape", ()) is None
        and not _says_it_takes_both(member)
    )


def _says_it_takes_both(member):
    """Say whether tags name tables and images; the default ones name tables alone."""
    if not hasattr(member, "__sklearn_tags__"):
        return False
    tags = member.__sklearn_tags__().input_tags
    return tags.two_d_array and tags.three_d_array


def _refuse_images(names, members, X):
    """Raise if images are given to detectors of PyOD and scikit-learn for tables."""
    known = [n for n, m in zip(names, members, strict=True) if _is_of_a_library(m)]
    form = _name_images(X)
    if known and form:
        raise ValueError(
            f"got {form}, and detectors of tables alone ({', '.join(known)}); wanted "
            "rows of numbers, or an image detector to read the images: put one into "
            "the group, such as CutPasteSSAD(), or wrap each, as in "
            "OnPixels(KNN(), image_detector)"
        )


def _is_of_a_library(member):
    """Say whether a detector of tables comes from PyOD or scikit-learn.

    One's own class may take whatever it likes and yet say nothing of it.
    """
    if isinstance(member, SklearnDetector):
        member = innermost(member.estimator)
    return type(member).__module__.partition(".")[0] in ("pyod", "sklearn")


def _name_images(X):
    """Name the form of images or files that data have; None for anything else."""
    if isinstance(X, str | os.PathLike):
        return f"{os.fspath(X)!r}"
    values = X.to_numpy() if hasattr(X, "to_numpy") else X
    if getattr(values, "ndim", 0) >= 3:
        return f"an array of shape {tuple(values.shape)}"
    is_column = getattr(values, "ndim", 0) == 2 and values.shape[1] == 1
    item = _first(values.ravel() if is_column else values)
    if isinstance(item, str | os.PathLike):
        return f"paths such as {os.fspath(item)!r}"
    if type(item).__module__.startswith("PIL."):
        return "PIL images"
    if getattr(item, "ndim", 0) >= 2:
        return f"images of shapes such as {tuple(item.shape)}"
    return None


def _first(values):
    """Return the first of several samples; None where they have no order."""
    is_array = isinstance(values, np.ndarray) and values.ndim > 0
    if not (is_array or isinstance(values, list | tuple)) or not len(values):
        return None
    first = values[0]
    return first[0] if isinstance(first, tuple) and first else first


def takes_tables(detector):
    """Say whether a detector takes nothing but tables.

    One does not that has ``preprocess``, an ``encoder`` as PyOD's `EmbeddingOD`, tags
    that say so, a first step of a pipeline that checks nothing, or, as a selector, a
    member that does not.
    """
    if isinstance(detector, SklearnDetector):
        detector = detector.estimator
    if isinstance(detector, Pipeline):
        detector = detector.steps[0][1]
    if isinstance(getattr(detector, "detectors", None), list | tuple | dict):
        return all(map(takes_tables, name_detectors(detector.detectors)[1]))
    if hasattr(detector, "preprocess") or hasattr(detector, "encoder"):
        return False
    if not hasattr(detector, "__sklearn_tags__"):
        return True
    tags = detector.__sklearn_tags__()
    return tags.input_tags.two_d_array and not tags.no_validation


def is_table(X):
    """Say whether data are rows of numbers: a column of paths is none."""
    if isinstance(X, list | tuple):
        return len(X) > 0 and _is_row(X[0])
    rows = X.to_numpy() if hasattr(X, "to_numpy") else X
    return getattr(rows, "ndim", None) == 2 and len(rows) > 0 and _is_row(rows[0])


def _is_row(row):
    """Say whether this is one sample of a table, and no image, path or pair of them."""
    if isinstance(row, list | tuple):
        return all(isinstance(value, numbers.Real) for value in row)
    values = np.asarray(row)
    is_numeric = values.dtype.kind in "biuf" or (
        values.dtype == object and all(isinstance(v, numbers.Real) for v in values.flat)
    )
    return values.ndim == 1 and is_numeric

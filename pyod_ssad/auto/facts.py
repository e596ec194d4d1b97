"""What diagnostics look at: the data, the scores and the criteria of a selection."""

from dataclasses import dataclass, field

import numpy as np
import torch

from pyod_ssad.images.checking import check_images
from pyod_ssad.images.collecting import is_one_array
from pyod_ssad.images.levels import to_unit

NOTICEABLE = 1.5 / 255
"""A difference of values that rounding to bytes does not make."""

FEW = 16
"""Images on which augmentations are looked at."""

THUMBNAIL = 16
"""Pixels a side of the images that are compared with one another."""


@dataclass(frozen=True)
class Facts:
    """What is known after a selection. Labels are not among it.

    Parameters
    ----------
    names : list of str
        Of the detectors.
    held_out : ndarray of shape (n_train,)
        Scores out of sample of the training data, of what answers.
    new : ndarray of shape (n_unlabeled,) or None
        Scores of the unlabeled data.
    scores : ndarray of shape (n_samples, n_models)
        Of every detector, of the unlabeled data, or of the training data without them.
    ranks : dict of str to ndarray of shape (n_models,)
        By each criterion; 1 is best.
    combined : ndarray of int
        Which detectors answer.
    pretrained : tuple of str
        The names of the detectors with a pretrained network.
    sides : tuple of int or None
        Height and width of the first training image; None for tables.
    image_size : int or None
        The most pixels a side that a detector sees.
    thumbnails : pair of ndarray or None
        Small training and unlabeled images, ``(n, d)`` in [0, 1].
    changed : dict of str to float
        By detectors that augment: the share of pixels that it changes in an image.
    """

    names: list
    held_out: np.ndarray
    new: np.ndarray | None
    scores: np.ndarray
    ranks: dict
    combined: np.ndarray
    pretrained: tuple
    sides: tuple | None = None
    image_size: int | None = None
    thumbnails: tuple | None = None
    changed: dict = field(default_factory=dict)


def make_thumbnails(X, **options):
    """Return images as rows of few pixels in [0, 1], all as colours.

    Parameters
    ----------
    X : images
    **options
        ``image_shape`` and ``channels`` of `check_images`.
    """
    images = check_images(X, size=THUMBNAIL, **options)
    small = to_unit(images.load(slice(None), THUMBNAIL))
    return small.expand(-1, 3, -1, -1).reshape(len(small), -1).numpy()


def measure_change(augmentation, X, size, random_state=0, **options):
    """Return the share of pixels that an augmentation changes in an image.

    Parameters
    ----------
    augmentation : Augmentation
    X : images
        Of which the first 16 are looked at.
    size : int
        Pixels a side that the detector sees.
    random_state : int, optional (default=0)
        Seed of the draws.
    **options
        As in `make_thumbnails`.
    """
    images = to_unit(check_images(X, size=size, **options).load(slice(FEW), size))
    generator = torch.Generator().manual_seed(random_state)
    with torch.no_grad():
        changed = augmentation(images, generator)
    return float(((changed - images).abs() > NOTICEABLE).float().mean())


def find_sides(X, **options):
    """Return height and width of the first image in its own pixels, where it has them.

    None for what is resized as it is read: lists of images, data sets, generators.
    """
    images = check_images(X, size=THUMBNAIL, **options)
    if not images.is_decoded or is_one_array(X):
        return images.first_sides
    return None

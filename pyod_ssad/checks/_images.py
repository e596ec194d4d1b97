"""Checks of the forms of images, and of what the network sees of them."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from pyod_ssad.checks._asserting import require, require_raises
from pyod_ssad.seeding import draw_seed


def check_preprocess(subject):
    """`preprocess` resizes, before and after `fit`, and fitting on it is the same."""
    X = _noise(24)
    clf = subject.make_tiny()
    before = clf.preprocess(X)
    require(
        before.shape == (len(X), 16, 16, 3) and before.dtype == np.uint8,
        f"Got shape {before.shape} and dtype {before.dtype}; wanted ({len(X)}, 16, 16, "
        "3) and uint8.",
    )
    assert_array_equal(clf.preprocess(before), before)
    subject.fit(clf, X)
    assert_array_equal(clf.preprocess(X), before)
    again = subject.fit_tiny(before)
    assert_array_equal(again.decision_scores_, clf.decision_scores_)
    first = subject.make_tiny(channels="first").preprocess(X.transpose(0, 3, 1, 2))
    assert_array_equal(first, before.transpose(0, 3, 1, 2))


def check_preprocessing_tells_what_is_shared(subject):
    """Detectors that see other data say so by `preprocessing`."""
    same, again, other = (
        subject.make_tiny(image_size=size).preprocessing for size in (16, 16, 24)
    )
    require(same == again and hash(same) == hash(again), "Equal ones seem to differ.")
    require(same != other, "Other sizes have the same `preprocessing`.")
    listed = subject.make_tiny(image_shape=[16, 16]).preprocessing
    tupled = subject.make_tiny(image_shape=(16, 16)).preprocessing
    require(listed == tupled and hash(listed), "A list as image_shape is another one.")

    class Other(type(subject.detector)):
        """Sees other images."""

        def preprocess(self, X):
            return 255 - super().preprocess(X)

    own = Other(**subject.make_tiny().get_params(deep=False)).preprocessing
    require(
        own != same, "A class with a `preprocess` of its own seems to see the same."
    )


def check_augment_replays_the_augmentation(subject):
    """`augment` is the fitted augmentation, at the images' own resolution."""
    clf, X = subject.fit_tiny(), _noise(24)
    generator = torch.Generator().manual_seed(draw_seed(3))
    nchw = torch.from_numpy(X.transpose(0, 3, 1, 2).copy()).float() / 255
    expected = clf.augmentation_(nchw, generator).numpy().transpose(0, 2, 3, 1)
    assert_allclose(clf.augment(X, random_state=3), expected, atol=1e-6)


def check_layouts_are_as_good_as_each_other(subject):
    """Flat rows with `image_shape`, and channels that come first, change nothing."""
    X = _noise(16)
    scores = subject.fit_tiny(X).decision_scores_
    flat = subject.fit_tiny(X.reshape(len(X), -1), image_shape=(16, 16, 3))
    assert_array_equal(flat.decision_scores_, scores)
    first = subject.fit_tiny(X.transpose(0, 3, 1, 2), channels="first")
    assert_array_equal(first.decision_scores_, scores)
    require_raises(ValueError, "channels", subject.fit_tiny, X, channels="first")


def check_tags_say_what_is_taken(subject):
    """Images are taken, and tables only with an `image_shape`."""
    for shape in (None, (4, 4)):
        tags = subject.make(image_shape=shape).__sklearn_tags__().input_tags
        require(
            tags.three_d_array is True and tags.two_d_array is (shape is not None),
            f"With image_shape={shape} the tags say {tags}.",
        )


def check_files_are_as_good_as_arrays(subject):
    """A detector fitted on image files scores, labels and augments them."""
    X = _noise(24)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i}.png" for i in range(len(X))]
        for path, image in zip(paths, X, strict=True):
            Image.fromarray(image).save(path)
        of_files, of_arrays = subject.fit_tiny(paths), subject.fit_tiny(X)
        scores = of_files.decision_function(paths)
        assert_array_equal(scores, of_arrays.decision_function(X))
        p = of_files.predict_proba(paths)
        assert_array_equal(p, of_arrays.predict_proba(X))
        shape = of_files.augment(paths, random_state=0).shape
    require(shape == (len(X), 16, 16, 3), f"Got pseudo anomalies of shape {shape}.")


def _noise(side):
    return np.random.default_rng(1).integers(0, 256, (6, side, side, 3), dtype=np.uint8)

"""Checks of the forms of images, and of what the network sees of them."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.testing import assert_array_equal
from PIL import Image
from torch.utils.data import TensorDataset

from pyod_ssad.checks._asserting import require, require_raises


def check_preprocess(subject):
    """`preprocess` resizes, before and after `fit`, and fitting on it is the same."""
    X = noise(24)
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


def check_layouts_are_as_good_as_each_other(subject):
    """Flat rows with `image_shape`, and channels that come first, change nothing."""
    X = noise(16)
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


def check_every_form_scores_as_the_array(subject):
    """Files, lists, data sets and generators of the same images score as their array.

    PyOD's methods read some of them twice, or want their shape.
    """
    X = noise(24)
    clf = subject.fit_tiny(X)
    scores, seen = clf.decision_function(X), clf.preprocess(X)
    answers = _predictions(clf, lambda: X)
    with _forms_of(X) as forms:
        for name, make in forms.items():
            assert_array_equal(clf.decision_function(make()), scores, err_msg=name)
            assert_array_equal(clf.preprocess(make()), seen, err_msg=name)
            for one, other in zip(_predictions(clf, make), answers, strict=True):
                assert_array_equal(one, other, err_msg=name)
            if hasattr(clf, "augment"):
                shape = clf.augment(make(), random_state=0).shape
                require(shape == seen.shape, f"{name}: pseudo anomalies of {shape}.")


def check_fitting_takes_every_form(subject):
    """A detector fitted on a folder, a data set or a generator is that of the array."""
    X = noise(24)
    scores = subject.fit_tiny(X).decision_scores_
    with _forms_of(X) as forms:
        for name in ("a folder", "a data set", "a generator"):
            clf = subject.make_tiny()
            subject.fit(clf, forms[name](), X_unlabeled=forms[name]())
            assert_array_equal(clf.decision_scores_, scores, err_msg=name)


def _predictions(clf, make):
    """Return what PyOD's methods say of images, which are made anew for each."""
    return (
        *clf.predict(make(), return_confidence=True),
        *clf.predict_proba(make(), return_confidence=True),
        clf.predict_proba(make(), method="unify"),
        clf.predict_confidence(make()),
        clf.predict_with_rejection(make(), c_r=0.1),
        clf._predict_rank(make()),
        clf.p_values(make()),
    )


@contextmanager
def _forms_of(X):
    """Give functions that return the images of an array in another form."""
    pictures = [Image.fromarray(image) for image in X]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{i}.png" for i in range(len(X))]
        for path, picture in zip(paths, pictures, strict=True):
            picture.save(path)
        yield {
            "paths": lambda: paths,
            "a folder": lambda: folder,
            "a pattern": lambda: f"{folder}/**/*.png",
            "a generator": lambda: (image for image in X),
            "a generator of paths": lambda: iter(paths),
            "a list of arrays": lambda: list(X),
            "a list of tensors": lambda: list(torch.from_numpy(X)),
            "a list of PIL images": lambda: pictures,
            "a data set": lambda: TensorDataset(
                torch.from_numpy(X), torch.zeros(len(X))
            ),
        }


def noise(side):
    """Return nine noisy colour images."""
    return np.random.default_rng(1).integers(0, 256, (9, side, side, 3), dtype=np.uint8)

"""The template that every detector of images follows, trained or not."""

import copy
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import MappingProxyType

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted

from pyod_ssad.arguments import ConstructorSignature, check_call
from pyod_ssad.backbones.naming import name_backbone
from pyod_ssad.calibration import fewest_fitted, out_of_fold_scores
from pyod_ssad.densities import DENSITIES, build_density, check_density_fits, score
from pyod_ssad.images.checking import check_images
from pyod_ssad.images.layouts import as_sides
from pyod_ssad.mapping import MappingImages
from pyod_ssad.parameters import check_common, check_neighbors, refuse_variadic
from pyod_ssad.pretext.embeddings import CHUNK, Embeddings, Features, represent
from pyod_ssad.seeding import draw_seed, seeded
from pyod_ssad.training import Plan, resolve_device

CPU = torch.device("cpu")

AT_ONCE = ("contamination", "calibration", "device", "verbose")
"""Parameters that act, or are asked for, when they are set, before the next `fit`."""

FEWEST = 3
"""Images that can be fitted: each is left out, and two others are no density."""


@dataclass(eq=False, repr=False, kw_only=True)
class BaseImageDetector(MappingImages):
    """Base class of detectors of images: embed with a network, score by a density.

    A subclass is a dataclass of its own parameters, and writes `_learn` and
    `_make_network`. One whose images are scored by something else than a density of
    their embeddings also writes `_image_stage`. The parameters are described at
    `pyod_ssad.AugmentationSSAD`.
    """

    contamination: object = 0.1
    image_size: int = 64
    backbone: object = "small_cnn"
    weights: str | None = None
    density: object = "gaussian"
    score_from: str = "image"
    device: object = "cpu"
    image_shape: tuple | None = None
    channels: str | None = None
    random_state: object = None
    verbose: int = 0

    __signature__ = ConstructorSignature()

    _embeddings = Embeddings
    """What `transform` returns, and what `density` sees."""

    _checks_that_do_not_fit = MappingProxyType({})
    """Names of common checks, and why they make no sense for this detector."""

    def __new__(cls, *positional, **named):
        """Refuse unknown arguments in the name of the class that was called."""
        check_call(cls, positional, named)
        return super().__new__(cls)

    def __post_init__(self):
        """Let PyOD check the contamination."""
        super().__init__(contamination=self.contamination)

    def __init_subclass__(cls, **kwargs):
        """Refuse a constructor that would lose settings in `clone`."""
        super().__init_subclass__(**kwargs)
        refuse_variadic(cls)

    def _learn(self, data, augmentation, plan, *more_data):
        """Return what is learned before the density, by the attributes' names.

        Parameters
        ----------
        data : uint8 tensor of shape (n, C, image_size, image_size)
            The training images.
        augmentation : object
            What `_make_augmentation` returned.
        plan : Plan
        *more_data
            What `fit` was given beside.

        Returns
        -------
        learned : dict of str to object
            At least a `PretextNetwork` as ``network_``.
        """
        raise NotImplementedError

    def _make_network(self, augmentation, shape):
        """Return an untrained `PretextNetwork` for images ``(C, H, W)``."""
        raise NotImplementedError

    def _make_augmentation(self):
        """Return the augmentation that makes pseudo anomalies, if there is one."""
        return None

    def _second_stage(self, augmentation, seed=None):
        """Return what scores images: ``represent`` and ``make_density`` are wanted."""
        if self.score_from != "image":
            return self._map_stage(augmentation, seed)
        return self._image_stage(augmentation, seed)

    def _image_stage(self, augmentation, seed):
        """Return what scores images by what is seen of them as a whole."""
        make_density = partial(build_density, self.density, seed)
        return self._embed_stage(augmentation, make_density)

    def _embed_stage(self, augmentation, make_density=None):
        """Return what represents images by their embeddings, for a density or none."""
        return self._embeddings(make_density)

    @classmethod
    def _test_params(cls):
        """Return arguments with which the common tests run in seconds."""
        return {"image_size": 32}

    @classmethod
    def _test_fit_params(cls, X_unlabeled):
        """Return what `fit` wants beside the training images, for the common tests."""
        return {}

    def fit(self, X, y=None):
        """Train on normal images.

        Parameters
        ----------
        X : images
            At least three: an array or tensor ``(n, H, W)``, ``(n, H, W, C)`` or
            ``(n, C, H, W)`` with C in {1, 3}, uint8 or float in [0, 1], or
            ``(n, features)`` with `image_shape`; a folder, a glob pattern or paths;
            or a list, data set or generator of PIL images or arrays of any sizes.
            `pyod_ssad.images.checking.check_images` has the details.
        y : Ignored
            Present for PyOD's convention; labels are never read.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If a parameter or the images are not as wanted. What an earlier call has
            trained is kept then.
        FileNotFoundError
            If a path does not exist, or a pattern matches no file.

        Warns
        -----
        UserWarning
            If the images are too few to bound a rate of `contamination`.
        """
        return self._fit(X)

    def decision_function(self, X):
        """Return raw anomaly scores.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.

        Returns
        -------
        scores : float64 ndarray of shape (n,)
            Larger where more anomalous.
        """
        check_is_fitted(self, "network_")
        images = self._check_images(X)
        parts = self._represent_by_chunks(self._fitted_stage(), images)
        return np.concatenate([score(self.density_, part) for part in parts])

    def transform(self, X):
        """Return the embeddings that a density sees.

        Parameters
        ----------
        X
            See `decision_function`.

        Returns
        -------
        embeddings : float32 ndarray of shape (n, d)
            Of unit length; features of tables, and of `PretrainedFeatures`, are left
            as they are.
        """
        check_is_fitted(self, "network_")
        stage = self._embed_stage(getattr(self, "augmentation_", None))
        return self._represent(stage, X)

    def preprocess(self, X):
        """Return images as the network sees them; works before `fit` too.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        images : uint8 ndarray of shape (n, image_size, image_size, C)
            Channels come first when the detector has ``channels="first"``. Tables, of
            detectors that take them, come back as they are, float32 ``(n, d)``.
        """
        data = self._check_images(X).load(slice(None), self._seen_size).numpy()
        is_arranged = data.ndim == 2 or self.channels == "first"
        return data if is_arranged else data.transpose(0, 2, 3, 1)

    def save(self, path):
        """Write the fitted detector to one file, which `pyod_ssad.load` reads.

        Parameters
        ----------
        path : str or path
            Of the file; see `pyod_ssad.persistence.save`, also for what is raised.
        """
        # By its name: it stands above the detectors, which it has to know.
        import_module("pyod_ssad.persistence").save(self, path)

    @property
    def preprocessing(self):
        """What `preprocess` depends on: detectors with equal ones see the same data."""
        # Of files, a fitted model of grey images sees one channel.
        is_gray = getattr(self, "n_channels_", None) == 1
        shape = as_sides(self.image_shape)
        return (type(self).preprocess, self._seen_size, shape, self.channels, is_gray)

    def __sklearn_tags__(self):
        """Say that images, and not only tables, are wanted."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = self.image_shape is not None
        tags.input_tags.three_d_array = True
        return tags

    def _fit(self, X, *more_data):
        """Learn, fit the density, and only then change the detector."""
        self._check_parameters()
        plan = self._make_plan()
        augmentation = self._make_augmentation()
        # What cannot be made is named before images are read.
        self._second_stage(augmentation, plan.seed).make_density()
        data, *more_data = self._divide(self._load_training_images(X), *more_data)
        augmentation = self._suit(augmentation, data)
        stage = self._second_stage(augmentation, plan.seed)
        self._check_beforehand(data, augmentation, stage, plan)
        learned = self._learn(data, augmentation, plan, *more_data)
        stage.observe(learned["network_"], data, plan)
        seen = represent(learned["network_"], stage, data.split(CHUNK), plan.device)
        density = stage.make_density()
        density.fit(seen)
        fitted = {
            **learned,
            **self._describe(data),
            "density_": density,
            "map_density_": self._fit_maps(
                data, learned["network_"], augmentation, density, plan
            ),
            "decision_scores_": self._score_unseen(
                data, learned, stage, seen, plan, *more_data
            ),
            "_fitted_parameters": self._parameters_that_wait(),
        }
        self._become(fitted)
        return self._warn_if_too_few()

    def _parameters_that_wait(self):
        """Return the parameters that have no effect on a fitted detector when set."""
        parameters = self.get_params(deep=False).items()
        return {name: value for name, value in parameters if name not in AT_ONCE}

    def _as_fitted(self):
        """Return a copy with the parameters of the fit, whatever was set since."""
        as_fitted = copy.copy(self)
        vars(as_fitted).update(self._fitted_parameters)
        return as_fitted

    def _fitted_stage(self, seed=None):
        """Return the second stage of the fit."""
        augmentation = getattr(self, "augmentation_", None)
        return self._as_fitted()._second_stage(augmentation, seed)

    def _divide(self, data, *more_data):
        """Return the images to train on, and whatever else is to be learned from."""
        return data, *more_data

    def _suit(self, augmentation, data):
        """Return the augmentation that is to be used for training data."""
        return augmentation

    def _check_parameters(self):
        check_common(self)

    def _check_beforehand(self, data, augmentation, stage, plan):
        """Raise for what would fail after training."""
        is_known = isinstance(self.density, str) and self.density in DENSITIES
        if is_known or not isinstance(stage, Features):
            return
        n_fitted = self._fewest_fitted(len(data))
        check_neighbors(self.density, len(data), n_fitted)
        width = self._represent_untrained(data, augmentation, stage, plan).shape[1]
        check_density_fits(stage.make_density, n_fitted, width, plan.seed)

    def _represent_untrained(self, data, augmentation, stage, plan):
        """Return what a second stage sees of an image before anything is learned."""
        with seeded(plan.seed, CPU):
            network = self._make_network(augmentation, data.shape[1:])
        return represent(network, stage, [data[:1]], CPU)

    def _fewest_fitted(self, n):
        """Return the fewest of n images that a density is fitted on."""
        return fewest_fitted(n, is_cross_fitted=False)

    def _make_plan(self):
        return Plan(
            device=resolve_device(self.device),
            seed=draw_seed(self.random_state),
            verbose=self.verbose,
        )

    def _score_unseen(self, data, learned, stage, seen, plan, *more_data):
        """Score training images by densities that have not seen them."""
        return out_of_fold_scores(stage.make_density, seen, plan.seed)

    def _describe(self, data):
        """Return what has to be known of the training images, as attributes."""
        return {"image_size_": self.image_size, "n_channels_": data.shape[1]}

    @property
    def is_out_of_sample(self):
        """Whether ``decision_scores_`` are, or will be, of what was not learned from.

        So that they may be compared with scores of new images.
        """
        return True

    @property
    def embedded_by(self):
        """The network of the embeddings: those of another are on another scale."""
        weights = "" if self.weights is None else f" {self.weights}"
        return f"{name_backbone(self.backbone)}{weights}"

    @property
    def _fitted_shape(self):
        """The shape of one image that the network was made for."""
        return self.n_channels_, self.image_size_, self.image_size_

    def _represent(self, stage, X):
        images = self._check_images(X)
        return np.concatenate(list(self._represent_by_chunks(stage, images)))

    def _represent_by_chunks(self, stage, images):
        """Yield what a second stage sees of a few checked images at a time."""
        device = resolve_device(self.device)
        for rows in chunks(images):
            batch = images.load(rows, self.image_size_)
            yield represent(self.network_, stage, [batch], device)

    @property
    def _seen_size(self):
        """The side of images that the network has seen, or will see."""
        return getattr(self, "image_size_", self.image_size)

    def _check_images(self, X):
        """Check images against what the detector was fitted on, if it was."""
        n_channels = getattr(self, "n_channels_", None)
        return check_images(X, **self._image_options(self._seen_size, n_channels))

    def _check_new_images(self, X, n_channels=None):
        return check_images(X, **self._image_options(self.image_size, n_channels))

    def _image_options(self, size, n_channels):
        return {
            "size": size,
            "image_shape": self.image_shape,
            "channels": self.channels,
            "n_channels": n_channels,
        }

    def _load_training_images(self, X):
        images = require_enough(self._check_new_images(X))
        return _require_different(images.load(slice(None), self.image_size))


def chunks(images):
    """Return slices of as many images as are in memory at a time."""
    return [slice(i, i + CHUNK) for i in range(0, len(images), CHUNK)]


def require_enough(images):
    """Return images, or raise if they are too few to be fitted."""
    if len(images) < FEWEST:
        raise ValueError(
            f"Got {len(images)} image(s); wanted at least {FEWEST}: each is scored "
            "by a density of the others. Give more images."
        )
    return images


def _require_different(data):
    if bool((data == data[:1]).all()):
        raise ValueError(
            f"All {len(data)} training images are the same; wanted different ones, "
            "from which something can be learned. Look at what is read from them: "
            "clf.preprocess(X)."
        )
    return data

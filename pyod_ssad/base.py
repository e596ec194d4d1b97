"""The template that every detector follows."""

import copy
import numbers
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import torch
from pyod.models.base import BaseDetector
from sklearn.utils.validation import check_is_fitted

from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.backbones import build_encoder, count_features
from pyod_ssad.densities import build_density, score
from pyod_ssad.images.checking import check_images, is_path_sequence
from pyod_ssad.images.layouts import as_sides
from pyod_ssad.parameters import check_parameters, refuse_variadic
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.network import PretextNetwork, embed
from pyod_ssad.seeding import draw_seed, seeded
from pyod_ssad.training import TrainingPlan, resolve_device, train

CHUNK = 128


@dataclass(eq=False, repr=False, kw_only=True)
class BaseSSAD(BaseDetector):
    """Base class of the detectors: train a network, then fit a density.

    A subclass is a dataclass of its own parameters, and writes `_make_augmentation`.
    One with another pretext task also writes `_make_pretext`, and one that learns in
    another way `_learn`. The parameters are described at `pyod_ssad.AugmentationSSAD`.
    """

    contamination: object = 0.1
    image_size: int = 64
    backbone: object = "small_cnn"
    weights: str | None = None
    density: object = "gaussian"
    steps: int = 400
    batch_size: int = 32
    optimizer: str = "adamw"
    lr: float = 1e-3
    jitter: float = 0.1
    precision: str = "auto"
    device: object = "cpu"
    image_shape: tuple | None = None
    channels: str | None = None
    random_state: object = None
    verbose: int = 0

    def __post_init__(self):
        """Let PyOD check the contamination."""
        super().__init__(contamination=self.contamination)

    def __init_subclass__(cls, **kwargs):
        """Refuse a constructor that would lose settings in `clone`."""
        super().__init_subclass__(**kwargs)
        refuse_variadic(cls)

    def _make_augmentation(self):
        """Return the augmentation that makes pseudo anomalies."""
        raise NotImplementedError

    def _make_pretext(self, augmentation):
        """Return the pretext task, with this augmentation."""
        return AugmentedOrNot(augmentation)

    @classmethod
    def _test_params(cls):
        """Return arguments with which the common tests run in seconds."""
        return {
            "image_size": 32,
            "steps": 60,
            "batch_size": 16,
            "precision": "float32",
        }

    @classmethod
    def _test_fit_params(cls, X_unlabeled):
        """Return what `fit` wants beside the training images, for the common tests."""
        return {}

    def fit(self, X, y=None):
        """Train on normal images.

        Parameters
        ----------
        X : array, tensor or sequence of paths
            At least two images: ``(n, H, W)``, ``(n, H, W, C)`` or ``(n, C, H, W)``
            with C in {1, 3}, uint8 or float in [0, 1]; paths; or ``(n, features)``
            with `image_shape`.
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
            If a path does not exist.
        """
        return self._fit(X)

    def decision_function(self, X):
        """Return raw anomaly scores.

        Parameters
        ----------
        X : array, tensor or sequence of paths
            Images in any form that `fit` accepts.

        Returns
        -------
        scores : float64 ndarray of shape (n,)
            Larger where more anomalous.
        """
        check_is_fitted(self, "network_")
        return score(self.density_, self.transform(X))

    def transform(self, X):
        """Return the embeddings that the density sees.

        Parameters
        ----------
        X
            See `decision_function`.

        Returns
        -------
        embeddings : float32 ndarray of shape (n, d)
            Of unit length.
        """
        check_is_fitted(self, "network_")
        images = self._check_images(X)
        batches = (images.load(rows, self.image_size_) for rows in _chunks(images))
        return embed(self.network_, batches, resolve_device(self.device))

    def augment(self, X, random_state=None):
        """Return pseudo anomalies of images.

        Parameters
        ----------
        X : array, tensor or sequence of paths
            Images in any form that `fit` accepts.
        random_state : int, RandomState or None, optional (default=None)
            Seed of the draws; None draws anew at every call.

        Returns
        -------
        augmented : float32 ndarray
            Values in [0, 1], in the shape of `X`; ``(n, image_size, image_size, 3)``
            for paths. Arrays are augmented at their own resolution: pass
            ``preprocess(X)`` to see what training saw.
        """
        check_is_fitted(self, "network_")
        images = self._check_images(X)
        size = None if images.is_decoded else self.image_size_
        generator = torch.Generator().manual_seed(draw_seed(random_state))
        with torch.no_grad():
            parts = [
                self.augmentation_(images.load(rows, size).float() / 255, generator)
                for rows in _chunks(images)
            ]
        return images.restore(torch.cat(parts).numpy())

    def preprocess(self, X):
        """Return images as the network sees them; works before `fit` too.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        images : uint8 ndarray of shape (n, image_size, image_size, C)
            Channels come first when the detector has ``channels="first"``.
        """
        data = self._check_images(X).load(slice(None), self._seen_size).numpy()
        return data if self.channels == "first" else data.transpose(0, 2, 3, 1)

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

    def predict_proba(self, X, method="linear", return_confidence=False):
        """Return the probability of being normal and of being anomalous.

        Parameters
        ----------
        X : array, tensor or sequence of paths
            Images in any form that `fit` accepts.
        method : {"linear", "unify"}, optional (default="linear")
            How scores become probabilities; see `pyod.models.base.BaseDetector`.
        return_confidence : bool, optional (default=False)
            Whether to return the confidence too.

        Returns
        -------
        probabilities : ndarray of shape (n, 2)
        confidence : ndarray of shape (n,)
            Only with ``return_confidence=True``.
        """
        # PyOD asks X for its shape, which a list of paths does not have.
        if is_path_sequence(X):
            X = np.array(X, dtype=object)
        return super().predict_proba(X, method, return_confidence)

    def _process_decision_scores(self):
        # PyOD fits a threshold object in place; a shared one would change the
        # predictions of every detector that was fitted with it before.
        if not isinstance(self.contamination, numbers.Real):
            self.contamination = copy.deepcopy(self.contamination)
        return super()._process_decision_scores()

    def __sklearn_tags__(self):
        """Say that images, and not only tables, are wanted."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = self.image_shape is not None
        tags.input_tags.three_d_array = True
        return tags

    def _fit(self, X, *more_data):
        """Learn, fit the density, and only then change the detector."""
        check_parameters(self)
        plan = self._make_plan()
        augmentation = self._make_augmentation()
        density = build_density(self.density, plan.seed)
        data = self._load_training_images(X)
        learned = self._learn(data, augmentation, plan, *more_data)
        embeddings = embed(learned["network_"], data.split(CHUNK), plan.device)
        density.fit(embeddings)
        fitted = {
            **learned,
            "density_": density,
            "image_size_": self.image_size,
            "n_channels_": data.shape[1],
            "decision_scores_": score(density, embeddings),
        }
        return self._become(fitted)

    def _become(self, fitted):
        """Take over fitted attributes; if their threshold fails, keep the old ones."""
        before = dict(vars(self))
        try:
            vars(self).update(fitted)
            self._set_n_classes(None)
            return self._process_decision_scores()
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            raise

    def _learn(self, data, augmentation, plan):
        """Return what is learned before the density, by the attributes' names."""
        network, history = self._train(data, augmentation, plan)
        return {
            "network_": network,
            "augmentation_": augmentation,
            "history_": history,
        }

    @property
    def _seen_size(self):
        """The side of images that the network has seen, or will see."""
        return getattr(self, "image_size_", self.image_size)

    def _check_images(self, X):
        """Check images against what the detector was fitted on, if it was."""
        n_channels = getattr(self, "n_channels_", None)
        return self._check_new_images(X, n_channels=n_channels)

    def _check_new_images(self, X, n_channels=None):
        return check_images(
            X,
            image_shape=self.image_shape,
            channels=self.channels,
            n_channels=n_channels,
        )

    def _load_training_images(self, X):
        images = self._check_new_images(X)
        if len(images) < 2:
            raise ValueError("Got 1 image; wanted at least 2, to fit a density.")
        return images.load(slice(None), self.image_size)

    def _train(self, data, augmentation, plan):
        """Return a trained network and the history of its training."""
        with seeded(plan.seed, plan.device):
            network = self._make_network(augmentation).to(plan.device)
            loss = self._batch_loss(augmentation)
            history = train(network, loss, data.to(plan.device), plan)
        return network.cpu(), history

    def _batch_loss(self, augmentation):
        """Return the loss of a batch: jitter the images, then the pretext's own."""
        jitter, pretext = ColorJitter(self.jitter), self._make_pretext(augmentation)

        def loss(forward, images, generator):
            images = jitter(images, generator) if self.jitter else images
            return pretext.loss(forward, images, generator)

        return loss

    def _make_network(self, augmentation):
        encoder = build_encoder(self.backbone, self.weights)
        encoder = encoder.to(memory_format=torch.channels_last)
        n_features = count_features(encoder, self.image_size)
        head = self._make_pretext(augmentation).make_head(n_features)
        return PretextNetwork(encoder, head)

    def _make_plan(self):
        return TrainingPlan(
            steps=self.steps,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            lr=self.lr,
            precision=self.precision,
            device=resolve_device(self.device),
            seed=draw_seed(self.random_state),
            verbose=self.verbose,
        )


def _chunks(images):
    return [slice(i, i + CHUNK) for i in range(0, len(images), CHUNK)]

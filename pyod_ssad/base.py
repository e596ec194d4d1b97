"""The template that every detector follows."""

import copy
import numbers

import numpy as np
import torch
from pyod.models.base import BaseDetector
from sklearn.utils.validation import check_is_fitted
from torch.nn import functional as F

from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.backbones import build_encoder, count_features
from pyod_ssad.densities import build_density, score
from pyod_ssad.images.checking import check_images, is_path_sequence
from pyod_ssad.parameters import check_parameters
from pyod_ssad.pretext.network import PretextNetwork, embed, projection_head
from pyod_ssad.seeding import draw_seed, seeded
from pyod_ssad.training import TrainingPlan, resolve_device, train

CHUNK = 128


class BaseSSAD(BaseDetector):
    """Base class of the detectors: train a network, then fit a density.

    A subclass writes `_make_augmentation`. One whose pretext task is another than
    telling images from augmented images also writes `_make_head` and `_loss`.
    The parameters are described at `pyod_ssad.AugmentationSSAD`.
    """

    def __init__(
        self,
        contamination=0.1,
        image_size=64,
        backbone="small_cnn",
        weights=None,
        density="gaussian",
        steps=400,
        batch_size=32,
        optimizer="adamw",
        lr=1e-3,
        jitter=0.1,
        precision="auto",
        device="cpu",
        image_shape=None,
        channels=None,
        random_state=None,
        verbose=0,
    ):
        super().__init__(contamination=contamination)
        self.image_size = image_size
        self.backbone = backbone
        self.weights = weights
        self.density = density
        self.steps = steps
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.lr = lr
        self.jitter = jitter
        self.precision = precision
        self.device = device
        self.image_shape = image_shape
        self.channels = channels
        self.random_state = random_state
        self.verbose = verbose

    def _make_augmentation(self):
        """Return the augmentation that makes pseudo anomalies."""
        raise NotImplementedError

    def _make_head(self, n_features):
        """Return the head of the pretext task."""
        return projection_head(n_features, n_outputs=2)

    def _loss(self, forward, images, augmentation, generator):
        """Return the named terms of the pretext loss on a batch."""
        augmented = augmentation(images, generator)
        target = torch.arange(2, device=images.device).repeat_interleave(len(images))
        logits = forward(torch.cat([images, augmented]))
        return {"loss": F.cross_entropy(logits, target)}

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
        X : array, tensor or sequence of paths
            Images in any form that `fit` accepts.

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
        """Return images as the network sees them.

        Parameters
        ----------
        X : array, tensor or sequence of paths
            Images in any form that `fit` accepts.

        Returns
        -------
        images : uint8 ndarray of shape (n, image_size, image_size, C)
            Channels come first when the detector has ``channels="first"``.
        """
        check_is_fitted(self, "network_")
        data = self._check_images(X).load(slice(None), self.image_size_).numpy()
        return data if self.channels == "first" else data.transpose(0, 2, 3, 1)

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

    def _check_images(self, X):
        return check_images(X, image_shape=self.image_shape, channels=self.channels)

    def _load_training_images(self, X):
        images = self._check_images(X)
        if len(images) < 2:
            raise ValueError("Got 1 image; wanted at least 2, to fit a density.")
        return images.load(slice(None), self.image_size)

    def _train(self, data, augmentation, plan):
        """Return a trained network and the history of its training."""
        with seeded(plan.seed, plan.device):
            network = self._make_network().to(plan.device)
            loss = self._batch_loss(augmentation)
            history = train(network, loss, data.to(plan.device), plan)
        return network.cpu(), history

    def _batch_loss(self, augmentation):
        """Return the loss of a batch: jitter both copies alike, then the pretext."""
        jitter = ColorJitter(self.jitter)

        def loss(forward, images, generator):
            images = jitter(images, generator) if self.jitter else images
            return self._loss(forward, images, augmentation, generator)

        return loss

    def _make_network(self):
        encoder = build_encoder(self.backbone, self.weights)
        encoder = encoder.to(memory_format=torch.channels_last)
        head = self._make_head(count_features(encoder, self.image_size))
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

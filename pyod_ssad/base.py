"""The template that every detector follows."""

import copy
import numbers
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module

import torch
from sklearn.utils.validation import check_is_fitted

from pyod_ssad.arguments import ConstructorSignature, check_call
from pyod_ssad.augmentations import Augmentation
from pyod_ssad.augmentations._checking import augment_checked
from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.backbones import build_encoder, count_features
from pyod_ssad.calibration import cross_fit, fewest_fitted, out_of_fold_scores
from pyod_ssad.densities import build_density, score
from pyod_ssad.images.checking import check_images
from pyod_ssad.images.collecting import collect_images
from pyod_ssad.images.layouts import as_sides
from pyod_ssad.parameters import check_neighbors, check_parameters, refuse_variadic
from pyod_ssad.predicting import PredictingImages
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.network import CHUNK, PretextNetwork, embed
from pyod_ssad.seeding import draw_seed, seeded
from pyod_ssad.training import TrainingPlan, resolve_device, train

FEWEST = 3
"""Images that can be trained on: each is left out, and two others are no density."""

FEWEST_TO_CROSS_FIT = 6
"""Images that leave at least four of them to each network."""


@dataclass(eq=False, repr=False, kw_only=True)
class BaseSSAD(PredictingImages):
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
    calibration: str = "cross_fit"
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

    __signature__ = ConstructorSignature()

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

    def _make_augmentation(self):
        """Return the augmentation that makes pseudo anomalies."""
        raise NotImplementedError

    def _make_first_augmentation(self):
        """Return the augmentation that training begins with, for `augment`."""
        return self._make_augmentation()

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

    def calibrate(self, X):
        """Set the threshold by good images that were not trained on.

        Parameters
        ----------
        X : as in `fit`
            Normal images that are new to the detector: of the camera, light and
            product that it is to be used with.

        Returns
        -------
        self : object
            With the scores of these images as ``decision_scores_``, on which
            ``threshold_``, ``labels_``, probabilities, confidence, rejection and
            p-values rest.

        Warns
        -----
        UserWarning
            As in `fit`.
        """
        self._become({"decision_scores_": self.decision_function(X)})
        return self._warn_if_too_few()

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
        return score(self.density_, self.transform(X))

    def cross_calibrate(self, X):
        """Do what ``calibration="cross_fit"`` does, after `fit` has done without.

        Of many detectors, only those that are used need good thresholds.

        Parameters
        ----------
        X : as in `fit`
            The images that `fit` was given, with the parameters that it had.

        Returns
        -------
        self : object
            With ``calibration="cross_fit"``.

        Raises
        ------
        ValueError, FileNotFoundError
            As in `fit`; the detector stays as it was then.
        """
        check_is_fitted(self, "network_")
        images = _require_enough(self._check_images(X))
        data = images.load(slice(None), self.image_size_)
        plan, before = self._make_plan(), self.calibration
        embeddings = embed(self.network_, data.split(CHUNK), plan.device)
        try:
            self.calibration = "cross_fit"
            scores = self._score_unseen(data, vars(self), embeddings, plan)
            return self._become({"decision_scores_": scores})
        except Exception:
            self.calibration = before
            raise

    def predict(self, X, return_confidence=False):
        """Say which images are anomalous.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.
        return_confidence : bool, optional (default=False)
            Whether to return the confidence too.

        Returns
        -------
        labels : ndarray of shape (n,)
            1 where the score is above `threshold_`, else 0.
        confidence : ndarray of shape (n,)
            Only with ``return_confidence=True``.

        Warns
        -----
        UserWarning
            If most scores are above everything that was seen in normal images: the
            data may have moved. Fewer than ten images are not judged.
        """
        X = self._collect(X)
        scores = self.decision_function(X)
        self._warn_if_moved(scores)
        if isinstance(self.contamination, numbers.Real):
            labels = (scores > self.threshold_).astype(int)
        else:
            labels = self.contamination.predict(scores)
        return (labels, self.predict_confidence(X)) if return_confidence else labels

    def p_values(self, X):
        """Return conformal p-values: how usual each score would be for good images.

        Parameters
        ----------
        X : as in `decision_function`

        Returns
        -------
        p : ndarray of shape (n,)
            ``(1 + #{decision_scores_ >= score}) / (len(decision_scores_) + 1)``; see
            `model_selection.conformal_p_values`. Of good images from the source of
            the training images, a share of at most about `a` has ``p <= a``;
            exactly so after `calibrate`.

        Warns
        -----
        UserWarning
            As in `predict`.
        """
        from model_selection import conformal_p_values

        scores = self.decision_function(X)
        self._warn_if_moved(scores)
        return conformal_p_values(self.decision_scores_, scores)

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
        """Return pseudo anomalies of images; works before `fit` too.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.
        random_state : int, RandomState or None, optional (default=None)
            Seed of the draws; None draws anew at every call.

        Returns
        -------
        augmented : float32 ndarray
            Values in [0, 1]. An array or tensor is augmented at its own resolution
            and keeps its shape: pass ``preprocess(X)`` to see what training sees.
            For all other forms the shape is ``(n, image_size, image_size, C)``, with
            the channels first when the detector has ``channels="first"``; C is 3,
            and 1 for grey arrays and for a model of grey images.

        Notes
        -----
        Before `fit`, the augmentation is made from the parameters as they are now;
        one that is to be tuned is shown where its tuning would start.
        """
        augmentation = getattr(self, "augmentation_", None)
        if augmentation is None:
            check_parameters(self)
            augmentation = self._make_first_augmentation()
        images = self._check_images(X)
        size = None if images.is_decoded else self._seen_size
        generator = torch.Generator().manual_seed(draw_seed(random_state))
        with torch.no_grad():
            parts = [
                augment_checked(
                    augmentation, images.load(rows, size).float() / 255, generator
                )
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
        n = len(data)
        check_neighbors(self.density, n, fewest_fitted(n, self._is_cross_fitted(n)))
        self._check_augmentation(augmentation, data, plan)
        learned = self._learn(data, augmentation, plan, *more_data)
        embeddings = embed(learned["network_"], data.split(CHUNK), plan.device)
        density.fit(embeddings)
        fitted = {
            **learned,
            "density_": density,
            "image_size_": self.image_size,
            "n_channels_": data.shape[1],
            "decision_scores_": self._score_unseen(data, learned, embeddings, plan),
        }
        self._become(fitted)
        return self._warn_if_too_few(stacklevel=5)

    def _score_unseen(self, data, fitted, embeddings, plan):
        """Score training images by densities, and networks, that have not seen them."""
        make_density = partial(build_density, self.density, plan.seed)
        scores = out_of_fold_scores(make_density, embeddings, plan.seed)
        if not self._is_cross_fitted(len(data)):
            return scores
        train = partial(self._train_again, fitted.get("augmentation_"))
        plan = replace(plan, steps=self._n_updates)
        return cross_fit(train, data, scores, make_density, plan)

    def _is_cross_fitted(self, n):
        # A network that was not trained has seen no image.
        is_wanted = self.calibration == "cross_fit" and self._n_updates > 0
        return is_wanted and n >= FEWEST_TO_CROSS_FIT

    @property
    def _n_updates(self):
        """How many gradient updates the network has seen."""
        return self.steps

    def _train_again(self, augmentation, images, plan):
        """Return a network that has learned from other images as the first has."""
        return self._learn(images, augmentation, plan)["network_"]

    def _warn_if_too_few(self, stacklevel=4):
        from model_selection.calibration import warn_if_too_few

        warn_if_too_few(len(self.decision_scores_), self.contamination, stacklevel)
        return self

    def _warn_if_moved(self, scores):
        from model_selection.calibration import warn_if_moved

        warn_if_moved(self.decision_scores_, scores, stacklevel=4)

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
        return check_images(X, **self._image_options(self._seen_size, n_channels))

    def _check_new_images(self, X, n_channels=None):
        return check_images(X, **self._image_options(self.image_size, n_channels))

    def _collect(self, X):
        check_is_fitted(self, "network_")
        options = self._image_options(self.image_size_, self.n_channels_)
        return collect_images(X, **options)

    def _image_options(self, size, n_channels):
        return {
            "size": size,
            "image_shape": self.image_shape,
            "channels": self.channels,
            "n_channels": n_channels,
        }

    def _load_training_images(self, X):
        images = _require_enough(self._check_new_images(X))
        return images.load(slice(None), self.image_size)

    def _train(self, data, augmentation, plan):
        """Return a trained network and the history of its training."""
        with seeded(plan.seed, plan.device):
            network = self._make_network(augmentation).to(plan.device)
            loss = self._batch_loss(augmentation)
            history = train(network, loss, data.to(plan.device), plan)
        return network.cpu(), history

    def _check_augmentation(self, augmentation, data, plan):
        """Look, before training, at what the augmentation makes of one batch."""
        if not isinstance(augmentation, Augmentation):
            return  # Another pretext task may do without.
        images = data[: plan.batch_size].to(plan.device).float() / 255
        with seeded(plan.seed, plan.device), torch.no_grad():
            generator = torch.Generator().manual_seed(plan.seed)
            augment_checked(augmentation, images, generator)

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
        n_features = count_features(encoder, self.image_size, self.backbone)
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


def _require_enough(images):
    if len(images) < FEWEST:
        raise ValueError(
            f"Got {len(images)} image(s); wanted at least {FEWEST}: each is scored "
            "by a density of the others. Give more images."
        )
    return images

"""The template that every trained detector follows."""

from dataclasses import dataclass, replace

import torch
from sklearn.utils.validation import check_is_fitted

from pyod_ssad.augmentations import Augmentation
from pyod_ssad.augmentations._checking import augment_checked
from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.backbones import build_encoder, count_features
from pyod_ssad.calibration import cross_fit, fewest_fitted
from pyod_ssad.copying import CopyingTransforms
from pyod_ssad.densities._patches import PatchDensity
from pyod_ssad.image_detector import BaseImageDetector, chunks, require_enough
from pyod_ssad.images.levels import to_unit
from pyod_ssad.parameters import check_training
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.embeddings import CHUNK, represent
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.seeding import draw_seed, seeded
from pyod_ssad.training import TrainingPlan, train

FEWEST_TO_CROSS_FIT = 6
"""Images that leave at least four of them to each network."""


@dataclass(eq=False, repr=False, kw_only=True)
class BaseSSAD(CopyingTransforms, BaseImageDetector):
    """Base class of the trained detectors: train a network, then fit a density.

    A subclass is a dataclass of its own parameters, and writes `_make_augmentation`.
    One with another pretext task also writes `_make_pretext`, and one that learns in
    another way `_learn`. The parameters are described at `pyod_ssad.AugmentationSSAD`.
    """

    calibration: str = "cross_fit"
    steps: int = 400
    batch_size: int = 32
    optimizer: str = "adamw"
    lr: float = 1e-3
    jitter: float = 0.1
    precision: str = "auto"

    _own_scores = ()
    """Names that `density` may have for what the pretext task scores by itself."""

    def _make_augmentation(self):
        """Return the augmentation that makes pseudo anomalies."""
        raise NotImplementedError

    def _make_first_augmentation(self):
        """Return the augmentation that training begins with, for `augment`."""
        return self._make_augmentation()

    def _make_pretext(self, augmentation):
        """Return the pretext task, with this augmentation.

        One that learns from what else `fit` is given takes it as further arguments.
        """
        return AugmentedOrNot(augmentation)

    def _image_stage(self, augmentation, seed):
        """Return the pretext task where it scores, else a density of embeddings."""
        if isinstance(self.density, str) and self.density in self._own_scores:
            return self._make_pretext(augmentation)
        return super()._image_stage(augmentation, seed)

    @classmethod
    def _test_params(cls):
        """Return arguments with which the common tests run in seconds."""
        fast = {"steps": 60, "batch_size": 16, "precision": "float32"}
        return {**super()._test_params(), **fast}

    def cross_calibrate(self, X):
        """Do what ``calibration="cross_fit"`` does, after `fit` has done without.

        Of many detectors, only those that are used need good thresholds.

        Parameters
        ----------
        X : as in `fit`
            The images that `fit` was given. What was set since does not count.

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
        images = require_enough(self._check_images(X))
        data = images.load(slice(None), self.image_size_)
        as_fitted = self._as_fitted()
        as_fitted.calibration = "cross_fit"
        plan = as_fitted._make_plan()
        stage = as_fitted._fitted_stage(plan.seed)
        stage.observe(self.network_, data, plan)
        seen = represent(self.network_, stage, data.split(CHUNK), plan.device)
        scores = as_fitted._score_unseen(data, vars(self), stage, seen, plan)
        return self._become({"calibration": "cross_fit", "decision_scores_": scores})

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
        if hasattr(self, "augmentation_"):
            augmentation = self.augmentation_
        else:
            self._check_parameters()
            augmentation = self._make_first_augmentation()
        if augmentation is None:
            raise ValueError(
                f"{type(self).__name__} makes no pseudo anomalies here: its pretext "
                "task does without. Use a criterion that needs none, such as 'sel', "
                "or another detector."
            )
        images = self._check_images(X)
        size = None if images.is_decoded else self._seen_size
        generator = torch.Generator().manual_seed(draw_seed(random_state))
        with torch.no_grad():
            parts = [
                augment_checked(
                    augmentation, to_unit(images.load(rows, size)), generator
                )
                for rows in chunks(images)
            ]
        return images.restore(torch.cat(parts).numpy())

    def _check_parameters(self):
        super()._check_parameters()
        check_training(self)

    def _check_beforehand(self, data, augmentation, stage, plan):
        super()._check_beforehand(data, augmentation, stage, plan)
        if isinstance(stage.make_density(), PatchDensity):
            self._represent_untrained(data, augmentation, stage, plan)
        self._check_augmentation(augmentation, data, plan)

    def _fewest_fitted(self, n):
        return fewest_fitted(n, self._is_cross_fitted(n))

    def _score_unseen(self, data, learned, stage, seen, plan, *more_data):
        """Score training images by densities, and networks, that have not seen them."""
        scores = super()._score_unseen(data, learned, stage, seen, plan)
        if not self._is_cross_fitted(len(data)):
            return scores
        augmentation = learned["augmentation_"]
        plan = replace(plan, steps=self._n_updates)

        def train(images, plan):
            return self._train_again(images, augmentation, plan, *more_data)

        return cross_fit(train, data, scores, stage, plan)

    def _is_cross_fitted(self, n):
        # A network that was not trained has seen no image.
        is_wanted = self.calibration == "cross_fit" and self._n_updates > 0
        return is_wanted and n >= FEWEST_TO_CROSS_FIT

    @property
    def is_out_of_sample(self):
        """Whether ``decision_scores_`` are, or will be, of what was not learned from.

        Those of ``calibration="density"`` are by a network that has seen the images.
        """
        return self.calibration == "cross_fit" or self._n_updates == 0

    @property
    def _n_updates(self):
        """How many gradient updates the network has seen."""
        return self.steps

    def _train_again(self, images, augmentation, plan, *more_data):
        """Return a network that has learned from other images as the first has."""
        return self._learn(images, augmentation, plan, *more_data)["network_"]

    def _learn(self, data, augmentation, plan, *more_data):
        """Train a network; see `BaseImageDetector._learn`."""
        network, history = self._train(data, augmentation, plan, *more_data)
        return {
            "network_": network,
            "augmentation_": augmentation,
            "history_": history,
        }

    def _train(self, data, augmentation, plan, *more_data):
        """Return a trained network and the history of its training."""
        with seeded(plan.seed, plan.device):
            network = self._make_network(augmentation, data.shape[1:]).to(plan.device)
            data = data.to(plan.device)
            self._make_pretext(augmentation).prepare(network, data)
            loss = self._batch_loss(augmentation, *more_data)
            history = train(network, loss, data, plan)
        return network.cpu(), history

    def _check_augmentation(self, augmentation, data, plan):
        """Look, before training, at what the augmentation makes of one batch."""
        if not isinstance(augmentation, Augmentation):
            return  # Another pretext task may do without.
        images = to_unit(data[: plan.batch_size].to(plan.device))
        with seeded(plan.seed, plan.device), torch.no_grad():
            generator = torch.Generator().manual_seed(plan.seed)
            augment_checked(augmentation, images, generator)

    def _batch_loss(self, augmentation, *more_data):
        """Return the loss of a batch: jitter the images, then the pretext's own."""
        jitter = ColorJitter(self.jitter)
        pretext = self._make_pretext(augmentation, *more_data)

        def loss(forward, images, generator):
            if self.jitter and images.ndim == 4:
                images = jitter(images, generator)
            return pretext.loss(forward, images, generator)

        return loss

    def _make_network(self, augmentation, shape):
        encoder = build_encoder(self.backbone, self.weights)
        encoder = encoder.to(memory_format=torch.channels_last)
        n_features = count_features(encoder, self.image_size, self.backbone)
        head = self._make_pretext(augmentation).make_head(n_features)
        return PretextNetwork(encoder, head)

    def _make_plan(self):
        return TrainingPlan(
            **vars(super()._make_plan()),
            steps=self.steps,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            lr=self.lr,
            precision=self.precision,
        )

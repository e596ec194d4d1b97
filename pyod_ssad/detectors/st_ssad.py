"""ST-SSAD: a detector that tunes its own augmentation."""

import time
import warnings
from dataclasses import dataclass, field, replace

import torch
from tqdm.auto import tqdm

from pyod_ssad.backbones import SmallCNN
from pyod_ssad.base import CHUNK, BaseSSAD
from pyod_ssad.images.collecting import is_one_array
from pyod_ssad.images.levels import to_uint8
from pyod_ssad.parameters import check_integer
from pyod_ssad.pretext.network import embed
from pyod_ssad.seeding import seeded
from pyod_ssad.self_tuning.candidates import (
    Candidate,
    build_rule,
    check_decidable,
    warn_if_undecided,
)
from pyod_ssad.self_tuning.families import make_families
from pyod_ssad.self_tuning.lookahead import Hyperparameters
from pyod_ssad.self_tuning.plan import TuningPlan
from pyod_ssad.self_tuning.tuner import Tuner
from pyod_ssad.training import train


@dataclass(eq=False, repr=False)
class STSSAD(BaseSSAD):
    """Tune an augmentation towards unlabelled images, then learn from it.

    Parameters
    ----------
    augmentation : str, LearnableAugmentation, or list of these, \
    optional (default="cutdiff")
        What to tune: a family's name (``"cutdiff"``, ``"signedcutdiff"``,
        ``"softline"``, ``"softpatch"``, ``"rotation"``, ``"noise"``, ``"blur"``,
        ``"colorshift"``), or an object, which is copied. Of a list, each family is
        tuned and the best kept.
    order : {"first", "second"}, optional (default="first")
        Whether the gradient of the hyperparameters takes the network as a constant,
        or goes through the network's step, as in [1]_, at twice the work.
    n_starts : int, optional (default=4)
        Starting points of each family.
    validation_loss : {"mean_distance", "mmd", "mmd_unnormalized"}, \
    optional (default="mean_distance")
        What is minimised, see `pyod_ssad.self_tuning.validation_loss`.
    selection : {"score_variance", "dsv"} or callable, \
    optional (default="score_variance")
        How the best start of a family is told, without labels: the variance of the
        standardised scores of the unlabelled images (Eq. 6 of [1]_), minus the
        `model_selection.dsv_loss`, or a function ``(Z_train, Z_augmented,
        Z_unlabeled) -> float`` of embeddings, larger where better.
    family_selection : {"score_variance", "dsv"} or callable, optional (default="dsv")
        The same, among the best starts of several families.
    warm_start : int, optional (default=40)
        Updates of the network before its augmentation is tuned, with `lr` and
        `optimizer`.
    iterations : int, optional (default=50)
        At most this many updates of the hyperparameters; 0 only picks a start.
    updates : int, optional (default=1)
        Updates of the network for each of the hyperparameters.
    network_lr : float, optional (default=0.01)
        Step size of the network while the augmentation is tuned (alpha).
    hyperparameter_lr : float, optional (default=0.1)
        Step size of the hyperparameters (beta), in their free coordinates: there, a
        unit is about a quarter of the range between the bounds.
    patience : int, optional (default=30)
        Iterations without a smaller sum of losses before tuning stops.
    steps : int, optional (default=200)
        Further updates of each start's network on its tuned augmentation, as in
        ordinary training, before the starts are compared; 0 leaves networks as tuning
        has left them.
    lr : float, optional (default=2e-3)
        The largest learning rate before and after tuning.
    contamination, image_size, backbone, weights, density, calibration, batch_size, \
    optimizer, jitter, precision, device, image_shape, channels, random_state, verbose
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. Tuning itself is in
        float32.

    Attributes
    ----------
    augmentation_ : LearnableAugmentation
        The tuned augmentation, its hyperparameters fixed.
    history_ : list of dict
        One row an iteration of every start: ``family``, ``start``, ``iteration``, the
        hyperparameters, ``loss`` and ``validation_loss`` of a batch, ``seconds``.
    starts_ : list of dict
        One row a start: ``family``, ``start``, ``initial`` and ``tuned`` (dicts of
        hyperparameters), ``initial_loss`` and ``tuned_loss`` (validation losses of
        both at the same, tuned network), ``is_aligned`` (whether the second is
        smaller), ``selection`` and ``family_selection`` (the larger the better),
        ``iterations`` and ``seconds``.
    best_start_ : int
        The row of `starts_` that was chosen.
    training_history_ : list of dict
        What the further training of the chosen network recorded.

    Notes
    -----
    After a warm start, every iteration takes a step of the network on the training
    loss, embeds training, augmented and unlabelled images with the new parameters,
    and updates the hyperparameters by the gradient of the validation loss: Algorithm 1
    of [1]_, with ``order="second"`` through that step, its Eq. 5. The start with the
    largest variance of scores (Eq. 6) is chosen. Among families, where [1]_ has one,
    DSV chose better than the variance on real images, as
    ``benchmark/results/st_ssad`` shows.

    Where [1]_ leaves a choice, or we differ:

    - The default is first order, which [1]_ has as an ablation. Second order costs
      twice as much an iteration, and on 27 fresh tasks ``python -m benchmark.orders``
      found no gain in AUC from it, nor from double backward, from averaging over four
      batches, or from looking three steps ahead.
    - ``"cutdiff"`` has the ``sigma`` of DSV's code, sqrt(0.1), and [1]_ has sqrt(0.5):
      at the same ``patch_area`` the blob is five times smaller, at the starts too, and
      a learned area stands for a fifth of it in the paper.
      ``CutDiff(sigma=0.5**0.5)`` follows the paper.
    - The variance of scores cannot choose with two training images, whose scores are
      the same: `fit` says so before it trains.
    - Batch norm: the step sees the statistics of its batch and updates the running
      ones, as ordinary training does; the embeddings take the running ones, as
      scoring does, and these are constants of the gradient.
    - The hyperparameters move in free coordinates between their bounds, by Adam with
      a large epsilon, so that weak gradients make small steps.
    - The validation loss sees embeddings of unit length, as the density does.
    - When tuning ends, the network learns on from the tuned augmentation for `steps`
      updates. Tuning wants a network that still errs: without errors it does not move,
      and shows the hyperparameters no way. Small defects want one that has learned to
      the end. Where the augmentation turns whole images, ``benchmark.st_ssad --suite
      digits`` takes a short `warm_start` and ``steps=0``.
    - The stopping rule is described at `pyod_ssad.self_tuning.tuner.Tuner.run`.

    The unlabelled images drive the tuning, so scores of these very images are
    transductive: do not compare them with those of detectors that never saw them.
    Where they hold no anomaly, the augmentation becomes as invisible as its bounds
    allow, and detection is as good as that permits.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.

    Examples
    --------
    >>> from pyod_ssad import STSSAD
    >>> from pyod_ssad.datasets import load_textures
    >>> data = load_textures("brick", size=32, kinds=["dark_blob"])
    >>> clf = STSSAD(image_size=32, iterations=12, steps=5, n_starts=1, random_state=0)
    >>> clf = clf.fit(data.X_train, X_unlabeled=data.X_test)
    >>> sorted(clf.starts_[0]["tuned"])
    ['angle', 'aspect', 'patch_area']
    """

    augmentation: object = "cutdiff"
    order: str = "first"
    n_starts: int = 4
    validation_loss: str = "mean_distance"
    selection: object = "score_variance"
    family_selection: object = "dsv"
    warm_start: int = 40
    iterations: int = 50
    updates: int = 1
    network_lr: float = 0.01
    hyperparameter_lr: float = 0.1
    patience: int = 30
    steps: int = field(default=200, kw_only=True)
    lr: float = field(default=2e-3, kw_only=True)

    @classmethod
    def _test_params(cls):
        return {
            **super()._test_params(),
            "backbone": _thin_cnn,
            "n_starts": 1,
            "warm_start": 5,
            "iterations": 3,
            "steps": 40,
        }

    @classmethod
    def _test_fit_params(cls, X_unlabeled):
        return {"X_unlabeled": X_unlabeled}

    def fit(self, X, y=None, X_unlabeled=None):
        """Tune the augmentation, then train on normal images.

        Parameters
        ----------
        X, y
            As in every detector: normal images, and what is ignored.
        X_unlabeled : images
            At least two, normal and anomalous, in any form that `X` may have: often
            those that are to be scored. Their height and width may differ from those
            of `X`.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError, FileNotFoundError
            As in every detector, and if `X_unlabeled` is missing.

        Warns
        -----
        UserWarning
            If tuning has lowered the validation loss of no start, or a rule had no
            answer for any of what it had to compare, so that the first was kept.
        """
        return self._fit(X, X_unlabeled)

    def fit_predict(self, X, y=None, X_unlabeled=None):
        """Fit, and return the labels of the training images.

        Parameters
        ----------
        X, y, X_unlabeled
            See `fit`.

        Returns
        -------
        labels : ndarray of shape (n,)
            0 or 1.
        """
        return self.fit(X, y, X_unlabeled).labels_

    def _make_augmentation(self):
        """Return the families to tune."""
        return make_families(self.augmentation)

    def _make_first_augmentation(self):
        """Return the first family at its first start."""
        family, initial = self._make_starts(self._make_augmentation())[0]
        return family.fixed_at(initial)

    @property
    def _n_updates(self):
        return self.warm_start + self.iterations * self.updates + self.steps

    def _load_unlabeled_images(self, X_unlabeled, n_channels=None):
        if X_unlabeled is None:
            raise ValueError(
                "X_unlabeled is missing: ST-SSAD tunes its augmentation towards "
                "unlabelled images that hold anomalies. Call "
                "fit(X_train, X_unlabeled=X_test)."
            )
        # All but arrays are read as the training images are.
        n_channels = None if is_one_array(X_unlabeled) else n_channels
        images = self._check_new_images(X_unlabeled, n_channels=n_channels)
        if len(images) < 2:
            raise ValueError(
                "X_unlabeled holds 1 image; wanted at least 2, to compare scores."
            )
        return images.load(slice(None), self.image_size)

    def _learn(self, data, families, plan, X_unlabeled):
        """Run every start, and return what the best one has learned."""
        unlabeled = self._load_unlabeled_images(X_unlabeled, data.shape[1])
        check_same_channels(data, unlabeled)
        tuning = self._make_tuning_plan()
        rules = self._build_rules(plan.seed)
        starts = self._make_starts(families)
        self._check_decidable(len(data), families)
        best, history, rows = {}, [], []
        for family, initial in tqdm(starts, desc="tuning", disable=self.verbose != 1):
            candidate = self._run(
                len(rows), family, initial, (data, unlabeled), (plan, tuning), rules
            )
            history += candidate.trajectory_rows()
            rows.append(candidate.as_row())
            if self.verbose == 2:
                print(_as_line(rows[-1]))
            # Only each family's best network is kept: there may be many starts.
            if family not in best or candidate.selection > best[family].selection:
                best[family] = candidate
        self._warn_if_none_aligned(rows)
        self._warn_if_undecided(rows, list(best.values()))
        chosen = max(best.values(), key=lambda candidate: candidate.family_selection)
        return {
            "network_": chosen.network,
            "augmentation_": chosen.augmentation,
            "history_": history,
            "training_history_": chosen.training_history,
            "starts_": rows,
            "best_start_": chosen.start,
        }

    def _build_rules(self, seed):
        """Return what compares starts, and what compares families."""
        return [
            build_rule(name, getattr(self, name), self.density, seed)
            for name in ("selection", "family_selection")
        ]

    def _make_starts(self, families):
        check_integer("n_starts", self.n_starts, 1)
        return [
            (family, initial)
            for family in families
            for initial in family.starts(self.n_starts, self.image_size)
        ]

    def _run(self, start, family, initial, data, plans, rules):
        """Tune from one start, train on what was found, and judge it."""
        begin = time.perf_counter()
        network, trajectory, tuned, losses = self._tune(family, initial, data, plans)
        augmentation = family.fixed_at(tuned)
        history = self._train_further(network, augmentation, data[0], plans[0])
        embeddings = self._embed(network, augmentation, data, plans[0])
        selection, family_selection = (rule(*embeddings) for rule in rules)
        return Candidate(
            start=start,
            augmentation=augmentation,
            initial=initial,
            tuned=tuned,
            losses=losses,
            trajectory=trajectory,
            network=network,
            training_history=history,
            selection=selection,
            family_selection=family_selection,
            seconds=time.perf_counter() - begin,
        )

    def _tune(self, family, initial, data, plans):
        """Return the network, the trajectory, the tuned values, both losses."""
        plan, tuning = plans
        images, unlabeled = (part.to(plan.device) for part in data)
        warm_start = replace(plan, steps=self.warm_start, verbose=0)
        # Another seed than that of the warm start, or its batches would come again.
        generator = torch.Generator().manual_seed(plan.seed + 1)
        with seeded(plan.seed, plan.device):
            network = self._make_network(family).to(plan.device)
            values = Hyperparameters(family, initial, device=plan.device)
            fixed = family.fixed_at(values.values())
            train(network, self._batch_loss(fixed), images, warm_start)
            tuner = self._make_tuner(network, values, tuning, generator)
            trajectory = tuner.run(images, unlabeled)
            tuned = values.values()
            losses = tuner.validate([fixed, family.fixed_at(tuned)], images, unlabeled)
        return network.cpu(), trajectory, tuned, losses

    def _make_tuner(self, network, values, tuning, generator):
        return Tuner(network, values, self._batch_loss, tuning, generator)

    def _train_further(self, network, augmentation, data, plan):
        """Train a tuned network on, in place, and return the history of that."""
        # Another seed than those of the warm start and of tuning.
        plan = replace(plan, seed=plan.seed + 2, verbose=0)
        with seeded(plan.seed, plan.device):
            loss = self._batch_loss(augmentation)
            network.to(plan.device)
            history = train(network, loss, data.to(plan.device), plan)
        network.cpu()
        return history

    def _embed(self, network, augmentation, data, plan):
        """Return embeddings of training, augmented and unlabelled images."""
        images, unlabeled = data
        generator = torch.Generator().manual_seed(plan.seed)
        with torch.no_grad():
            augmented = [
                to_uint8(augmentation(part.float() / 255, generator))
                for part in images.split(CHUNK)
            ]
        sets = images.split(CHUNK), augmented, unlabeled.split(CHUNK)
        return [embed(network, batches, plan.device) for batches in sets]

    def _make_tuning_plan(self):
        check_integer("warm_start", self.warm_start, 0)
        return TuningPlan(
            self.iterations,
            self.updates,
            self.network_lr,
            self.hyperparameter_lr,
            self.order,
            self.validation_loss,
            self.patience,
            self.batch_size,
        )

    def _check_decidable(self, n_images, families):
        """Check the rules that will have more than one candidate to compare."""
        counts = {"selection": self.n_starts, "family_selection": len(families)}
        for name, n_candidates in counts.items():
            if n_candidates > 1:
                check_decidable(name, getattr(self, name), n_images)

    def _warn_if_undecided(self, rows, best):
        for candidate in best:
            values = [r["selection"] for r in rows if r["family"] == candidate.family]
            warn_if_undecided("selection", values, f"starts of {candidate.family}")
        values = [candidate.family_selection for candidate in best]
        warn_if_undecided("family_selection", values, "families")

    def _warn_if_none_aligned(self, rows):
        if self.iterations and not any(row["is_aligned"] for row in rows):
            warnings.warn(
                "No start aligned: tuning has lowered the validation loss of none of "
                f"{len(rows)} starts. The augmentation may not fit the anomalies: try "
                "other families, more iterations or starts, or a larger image_size.",
                UserWarning,
                stacklevel=4,
            )


def _thin_cnn():
    return SmallCNN((8, 16, 32))


def _as_line(row):
    values = ", ".join(f"{name} {value:.4g}" for name, value in row["tuned"].items())
    return (
        f"start {row['start']}  {row['family']}: {values}  validation loss "
        f"{row['initial_loss']:.4g} -> {row['tuned_loss']:.4g}  selection "
        f"{row['selection']:.4g}  {row['seconds']:.0f} s"
    )


def check_same_channels(images, unlabeled):
    """Check that two batches are both grey or both RGB."""
    if images.shape[1] != unlabeled.shape[1]:
        raise ValueError(
            f"X has {images.shape[1]} channels and X_unlabeled {unlabeled.shape[1]}; "
            "convert both to grey or both to RGB."
        )

"""ST-SSAD: a detector that tunes its own augmentation."""

import time
from dataclasses import dataclass, field, replace

import torch
from tqdm.auto import tqdm

from pyod_ssad.backbones import SmallCNN
from pyod_ssad.base import BaseSSAD
from pyod_ssad.images.collecting import is_one_array
from pyod_ssad.parameters import check_integer
from pyod_ssad.seeding import seeded
from pyod_ssad.self_tuning.announcing import announce, as_line
from pyod_ssad.self_tuning.candidates import Candidate, Candidates
from pyod_ssad.self_tuning.data import check_same_channels, embed_sets
from pyod_ssad.self_tuning.families import make_families
from pyod_ssad.self_tuning.lookahead import Hyperparameters
from pyod_ssad.self_tuning.rules import build_rule
from pyod_ssad.self_tuning.tuner import Tuner
from pyod_ssad.self_tuning.tuning import Tuning
from pyod_ssad.training import train

TIMED = 4
"""Updates that tell how long one takes; the first, which is slow, does not count."""


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
    n_starts : int, optional (default=4)
        Starting points of each family.
    tuning : Tuning, optional (default=Tuning())
        The details: order of the gradients, validation loss, warm start, iterations,
        learning rates, patience, and the rules that choose a start and a family; see
        `pyod_ssad.Tuning`. ``set_params(tuning__order="second")`` changes one.
    steps : int, optional (default=200)
        Further updates of each start's network on its tuned augmentation, as in
        ordinary training, before the starts are compared; 0 leaves networks as tuning
        has left them. A fifth of it is the warm start before tuning, and a quarter the
        most iterations of tuning, unless `tuning` says otherwise: so fewer steps
        shorten everything, and fewer than four only pick a start.
    lr : float, optional (default=2e-3)
        The largest learning rate before and after tuning; other detectors have 1e-3.
    contamination, image_size, backbone, weights, density, calibration, batch_size, \
    optimizer, jitter, precision, device, image_shape, channels, random_state, verbose
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. Tuning itself is in
        float32. With ``verbose=1`` or 2, `fit` says first what it will do and about
        how long that takes; the progress bar, or the lines, are of the starts.

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
    of [1]_, with ``Tuning(order="second")`` through that step, its Eq. 5. The start
    with the largest variance of scores (Eq. 6) is chosen. Among families, where [1]_
    has one, DSV chose better than the variance on real images, as
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
      digits`` takes ``Tuning(warm_start=20, iterations=80)`` and ``steps=0``.
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
    >>> clf = STSSAD(image_size=32, steps=40, n_starts=1, random_state=0)
    >>> clf = clf.fit(data.X_train, X_unlabeled=data.X_test)
    >>> sorted(clf.starts_[0]["tuned"])
    ['angle', 'aspect', 'patch_area']
    """

    augmentation: object = "cutdiff"
    n_starts: int = 4
    tuning: Tuning = Tuning()
    steps: int = field(default=200, kw_only=True)
    lr: float = field(default=2e-3, kw_only=True)

    @classmethod
    def _test_params(cls):
        return {
            **super()._test_params(),
            "backbone": _thin_cnn,
            "n_starts": 1,
            "tuning": Tuning(warm_start=5, iterations=3),
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

    def set_params(self, **params):
        """Set parameters; ``tuning__order`` and the like change `tuning` in a copy.

        Returns
        -------
        self : object
        """
        prefix = "tuning__"
        inner = {k: v for k, v in params.items() if k.startswith(prefix)}
        super().set_params(**{k: v for k, v in params.items() if k not in inner})
        if inner:
            changes = {k.removeprefix(prefix): v for k, v in inner.items()}
            self.tuning = replace(self.tuning, **changes)
        return self

    @classmethod
    def _mend_argument(cls, name):
        if name in Tuning.names():
            return (
                f"It is a detail of tuning: pass tuning=Tuning({name}=...), with "
                "`from pyod_ssad import Tuning`."
            )
        return None

    def _make_augmentation(self):
        """Return the families to tune."""
        return make_families(self.augmentation)

    def _make_first_augmentation(self):
        """Return the first family at its first start."""
        family, initial = self._make_starts(self._make_augmentation())[0]
        return family.fixed_at(initial)

    @property
    def _n_updates(self):
        tuning = self._make_tuning_plan()
        return tuning.warm_start + tuning.steps + self.steps

    def _train_again(self, images, augmentation, plan, *more_data):
        """Return a network that has learned from the tuned augmentation."""
        return self._train(images, augmentation, plan)[0]

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
        for family in families:
            self._check_augmentation(family, data, plan)
        self._announce(families, data, plan, tuning)
        candidates = Candidates()
        for family, initial in tqdm(starts, desc="starts", disable=self.verbose != 1):
            start = len(candidates.rows)
            candidate = self._run(
                start, family, initial, (data, unlabeled), (plan, tuning), rules
            )
            candidates.add(family, candidate)
            if self.verbose == 2:
                print(as_line(candidates.rows[-1]))
        candidates.warn()
        chosen = candidates.choose()
        return {
            "network_": chosen.network,
            "augmentation_": chosen.augmentation,
            "history_": candidates.history,
            "training_history_": chosen.training_history,
            "starts_": candidates.rows,
            "best_start_": chosen.start,
        }

    def _announce(self, families, data, plan, tuning):
        """Say what is to be done, and from a few updates how long it takes."""
        if not self.verbose:
            return
        trial = replace(plan, steps=TIMED, verbose=0)
        _, history = self._train(data, families[0], trial)
        first, last = history[0]["seconds"], history[-1]["seconds"]
        seconds = (last - first) / (len(history) - 1)
        n_calibrating = 2 * self._n_updates if self._is_cross_fitted(len(data)) else 0
        line = announce(
            families, self.n_starts, tuning, self.steps, seconds, n_calibrating
        )
        print(f"{type(self).__name__}: {line}")

    def _build_rules(self, seed):
        """Return what compares starts, and what compares families."""
        return [
            build_rule(name, getattr(self.tuning, name), self.density, seed)
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
        embeddings = embed_sets(network, augmentation, data, plans[0])
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
        warm_start = replace(plan, steps=tuning.warm_start, verbose=0)
        # Another seed than that of the warm start, or its batches would come again.
        generator = torch.Generator().manual_seed(plan.seed + 1)
        with seeded(plan.seed, plan.device):
            network = self._make_network(family, data[0].shape[1:]).to(plan.device)
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

    def _make_tuning_plan(self):
        if not isinstance(self.tuning, Tuning):
            raise ValueError(
                f"tuning must be a Tuning, got {self.tuning!r}. Write, for example, "
                "tuning=Tuning(order='second'), with `from pyod_ssad import Tuning`."
            )
        return self.tuning.make_plan(self.steps, self.batch_size)


def _thin_cnn():
    return SmallCNN((8, 16, 32))

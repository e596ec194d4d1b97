"""The detector that chooses among detectors."""

import time

import numpy as np

from model_selection import ModelSelector, get_criterion, score_matrix
from model_selection._answering import AnsweringThroughBest
from model_selection._inputs import as_seed, first, read_once
from model_selection._judging import competition_ranks
from model_selection._warning import warn_user
from model_selection.combining import mean_calibrated
from model_selection.ranking import rank_agreement
from pyod_ssad.augmentations import Augmentation
from pyod_ssad.auto.diagnostics import DIAGNOSTICS, run_diagnostics
from pyod_ssad.auto.facts import (
    Facts,
    find_sides,
    make_thumbnails,
    measure_change,
)
from pyod_ssad.auto.zoo import (
    BUDGETS,
    FROZEN,
    SCRATCH,
    make_image_zoo,
    make_table_zoo,
)
from pyod_ssad.backbones.weights import load_model
from pyod_ssad.suggesting import check_choice

BESIDE = ("sel", "mc", "hits")
"""Criteria that are reported beside the one that is taken."""


class AutoSSAD(AnsweringThroughBest):
    """Build detectors that suit the data, and answer through the best of them.

    Parameters
    ----------
    budget : {"quick", "normal", "thorough"}, optional (default="normal")
        Which detectors are tried, and how long they are trained: five densities of
        pretrained features; a sixth; and networks from scratch beside them. Without
        a pretrained network two, four or six are trained.
    backbone : str, callable or None, optional (default="resnet18")
        The pretrained network, as in `pyod_ssad.PretrainedFeatures`. None is for
        networks from scratch alone.
    weights : str or None, optional (default="DEFAULT")
        Its weights: a name of torchvision's, which are downloaded unless they were
        before, or a path. Where they cannot be downloaded, a warning says so, and
        networks are trained from scratch alone. A callable brings its own.
    criterion : str, Criterion, callable or list of those, optional (default="auto")
        As in `model_selection.ModelSelector`, but for ``"auto"``, see Notes.
    combine : {"mean", "best"}, optional (default="mean")
        Whether the calibrated scores of the best ``top_k`` are averaged.
    top_k : int or None, optional (default=3)
        How many answer with ``combine="mean"``.
    contamination : float in (0, 0.5], optional (default=0.1)
        Share of good samples that ``predict`` may flag; also a pythresh object.
    device : str, optional (default="cpu")
        Where networks compute.
    image_shape, channels : optional (default=None)
        As in `pyod_ssad.AugmentationSSAD`.
    n_jobs : int, optional (default=None)
        How many detectors to fit at a time, see `model_selection.ModelSelector`.
    mute : sequence of str, optional (default=())
        Codes of diagnostics that are left out, such as ``("SSAD001",)``.
    random_state : int, RandomState instance or None, optional (default=0)
    verbose : int, optional (default=0)
        0 silent, 1 a progress bar, 2 a line a detector.

    Attributes
    ----------
    report_ : dict
        What was tried and why what answers was picked: ``criterion``, ``picked`` (the
        best), ``combined`` (all that answer), ``why`` (a sentence), ``zoo`` (as
        ``results_``, with ``value_<criterion>`` and ``rank_<criterion>`` of further
        criteria), ``criteria`` and ``agreement`` (Kendall's tau between their
        rankings), ``diagnostics``, ``seconds``.
    diagnostics_ : dict of str to str
        What was found, by code; see `pyod_ssad.auto.DIAGNOSTICS`.
    names_, detectors_, best_index_, combined_, criterion_, results_, ...
        As of `model_selection.ModelSelector`, and so are ``decision_scores_``,
        ``threshold_`` and ``labels_``.

    Notes
    -----
    Labels are never used.

    **Which criterion.** ``"auto"`` is ``"evidence"`` for densities of pretrained
    features and for tables; the mean rank by it and by ``"sel"`` where networks from
    scratch are among them; and ``"sel"`` for those alone, and without unlabeled data.
    In ``benchmark/results/selection`` evidence had a tenth of the regret of a random
    pick among pretrained ones; but a network from scratch that takes new good images
    for anomalous ones seems to find much, and wins by it. The rules were chosen on
    tiles and papers.

    Where ``"evidence"`` judges networks from scratch, each is also trained without each
    third of the images, since it compares scores of unlabeled images with scores of
    images that were not learned from.

    ``anomaly_map`` shows that of the best detector.

    A table ``(n, features)`` without ``image_shape`` gets `pyod_ssad.GOAD` and PyOD's
    detectors of tables.

    Examples
    --------
    >>> from pyod_ssad import AutoSSAD
    >>> clf = AutoSSAD()
    >>> clf.fit("photos/good", X_unlabeled="photos/new")  # doctest: +SKIP
    >>> clf.report_["why"], clf.predict("photos/new")  # doctest: +SKIP
    """

    def __init__(
        self,
        budget="normal",
        backbone="resnet18",
        weights="DEFAULT",
        criterion="auto",
        combine="mean",
        top_k=3,
        contamination=0.1,
        device="cpu",
        image_shape=None,
        channels=None,
        n_jobs=None,
        mute=(),
        random_state=0,
        verbose=0,
    ):
        super().__init__(contamination=contamination)
        self.budget = budget
        self.backbone = backbone
        self.weights = weights
        self.criterion = criterion
        self.combine = combine
        self.top_k = top_k
        self.device = device
        self.image_shape = image_shape
        self.channels = channels
        self.n_jobs = n_jobs
        self.mute = mute
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X, y=None, X_unlabeled=None):
        """Fit the detectors, judge them, and keep the best.

        Parameters
        ----------
        X : images or table
            Normal ones, in any form that the detectors accept.
        y : Ignored
            Present for PyOD's convention; labels are never read.
        X_unlabeled : images or table, optional (default=None)
            New ones of which nothing is known, among them anomalies. Without them the
            detectors are judged by one another, which is worth less.

        Returns
        -------
        self : AutoSSAD

        Raises
        ------
        ValueError, TypeError
            If an argument or the data are not as wanted, before anything is trained.
        RuntimeError
            If a detector cannot be fitted, after all others are.

        Warns
        -----
        DiagnosticWarning
            Of what a user should know, by its code.
        UserWarning
            If pretrained weights cannot be downloaded.
        """
        start = time.perf_counter()
        check_choice("budget", self.budget, BUDGETS)
        _check_codes(self.mute)
        X, X_unlabeled = read_once(X), read_once(X_unlabeled)
        is_table = self.image_shape is None and _is_table(X)
        if is_table:
            X = np.asarray(X)
            X_unlabeled = None if X_unlabeled is None else np.asarray(X_unlabeled)
        zoo = self._make_table_zoo() if is_table else self._make_image_zoo()
        selector = ModelSelector(
            zoo,
            self._choose_criterion(zoo, X_unlabeled),
            n_jobs=self.n_jobs,
            contamination=self.contamination,
            random_state=self.random_state,
            verbose=self.verbose,
            combine=self.combine,
            top_k=self.top_k,
        )
        selector.fit(X, X_unlabeled=X_unlabeled)
        self._take_over(selector)
        facts = self._find_facts(X, X_unlabeled, is_table)
        self.diagnostics_ = run_diagnostics(DIAGNOSTICS, facts, self.mute)
        self.report_ = self._report(facts, time.perf_counter() - start)
        return self

    def _choose_criterion(self, zoo, X_unlabeled):
        is_auto = isinstance(self.criterion, str) and self.criterion.lower() == "auto"
        if not is_auto:
            return self.criterion
        is_scratch = [name in SCRATCH for name in zoo]
        if X_unlabeled is None or all(is_scratch):
            return "sel"
        return ["evidence", "sel"] if any(is_scratch) else "evidence"

    def _make_table_zoo(self):
        shared = {"device": self.device, "random_state": as_seed(self.random_state)}
        return make_table_zoo(self.budget, shared)

    def _make_image_zoo(self):
        backbone, weights = self._find_network()
        shared = {
            "device": self.device,
            "image_shape": self.image_shape,
            "channels": self.channels,
            "random_state": as_seed(self.random_state),
        }
        return make_image_zoo(self.budget, backbone, weights, shared)

    def _find_network(self):
        """Return the pretrained network and its weights, or that there is none."""
        if callable(self.backbone) or self.backbone is None:
            return self.backbone, None
        try:
            load_model(self.backbone, self.weights)
        except ConnectionError as error:
            warn_user(
                f"{error} Networks are trained from scratch alone, which find less; "
                "backbone=None says that this is wanted."
            )
            return None, None
        return self.backbone, self.weights

    def _take_over(self, selector):
        """Take what the selector has learned for what this has learned."""
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        learned = {n: v for n, v in vars(selector).items() if n.endswith("_")}
        vars(self).update(learned)
        self._set_n_classes(None)
        self._process_decision_scores()

    def _find_facts(self, X, X_unlabeled, is_table):
        options = {"image_shape": self.image_shape, "channels": self.channels}
        judged = first(X_unlabeled, X)
        scores = score_matrix(self.named_detectors_, judged)
        seen = {}
        if not is_table:
            seen = {
                "sides": find_sides(X, **options),
                "image_size": max(d.image_size for d in self.detectors_),
                "changed": self._measure_changes(X, options),
            }
        if not is_table and X_unlabeled is not None:
            both = X, X_unlabeled
            seen["thumbnails"] = tuple(make_thumbnails(x, **options) for x in both)
        return Facts(
            names=self.names_,
            held_out=self.decision_scores_,
            new=None if X_unlabeled is None else self._answer_of(scores),
            scores=scores,
            ranks=self._rank_by_all(scores),
            combined=self.combined_,
            pretrained=tuple(name for name in self.names_ if name in FROZEN),
            **seen,
        )

    def _answer_of(self, scores):
        """Return what `decision_function` makes of all detectors' scores."""
        if self.combine == "best":
            return scores[:, self.best_index_]
        return mean_calibrated(self.member_scores_, scores[:, self.combined_].T)

    def _measure_changes(self, X, options):
        return {
            name: measure_change(d.augmentation_, X, d.image_size, **options)
            for name, d in self.named_detectors_.items()
            if isinstance(getattr(d, "augmentation_", None), Augmentation)
        }

    def _rank_by_all(self, scores):
        """Return the ranks by the criterion that was taken, and by others beside it."""
        taken = self.criterion_
        name = taken if isinstance(taken, str) else "+".join(taken)
        ranks = {name: self.results_["rank"]}
        for other in BESIDE:
            if other != taken:
                criterion = get_criterion(other)
                values = criterion.evaluate_scores(scores, self.names_)
                if np.isfinite(values).any():
                    ranks[other] = competition_ranks(criterion.losses(values))
        return ranks

    def _report(self, facts, seconds):
        ranks = {f"rank_{name}": column for name, column in facts.ranks.items()}
        combined = [self.names_[i] for i in self.combined_]
        return {
            "criterion": self.criterion_,
            "picked": self.best_name_,
            "combined": combined,
            "why": self._explain(facts, combined),
            "zoo": {**self.results_, **ranks},
            "criteria": list(facts.ranks),
            "agreement": rank_agreement(np.column_stack(list(facts.ranks.values()))),
            "diagnostics": dict(self.diagnostics_),
            "seconds": seconds,
        }

    def _explain(self, facts, combined):
        n_first = sum(
            int(ranks[self.best_index_] == 1) for ranks in facts.ranks.values()
        )
        answers = (
            f"the mean of {', '.join(combined)} answers"
            if len(combined) > 1
            else "it answers"
        )
        return (
            f"Of {len(self.names_)} detectors {self.best_name_} is the best by "
            f"{next(iter(facts.ranks))!r}, and the first by {n_first} of "
            f"{len(facts.ranks)} criteria; {answers}."
        )


def _is_table(X):
    """Say whether these are rows of numbers: an array, or what pandas calls a frame."""
    array = X.to_numpy() if hasattr(X, "to_numpy") else X
    if not isinstance(array, np.ndarray) or array.ndim != 2:
        return False
    return np.issubdtype(array.dtype, np.number)


def _check_codes(codes):
    if unknown := [code for code in codes if code not in DIAGNOSTICS]:
        raise ValueError(
            f"mute has unknown codes {unknown}; known are {', '.join(DIAGNOSTICS)}"
        )

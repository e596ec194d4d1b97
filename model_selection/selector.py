"""A PyOD detector that fits a group of detectors and answers through the best ones."""

import numbers

import numpy as np
from sklearn.base import clone

from model_selection._admission import admit
from model_selection._answering import AnsweringThroughBest
from model_selection._cross_fitting import catch_up, is_cross_fitted
from model_selection._fitting import adopt_fitted, fit_group
from model_selection._inputs import (
    as_seed,
    first,
    fit_error,
    later_error,
    read_once,
    require_any_data,
)
from model_selection._judging import (
    announce,
    choose_criteria,
    competition_ranks,
    judge,
)
from model_selection._naming import name_detectors
from model_selection._sharing import Group
from model_selection.calibration import warn_if_too_few
from model_selection.pixels import give_pixels
from model_selection.ranking import AGGREGATIONS


class ModelSelector(AnsweringThroughBest):
    """Pick the best of a group of detectors without labels, and answer through it.

    Parameters
    ----------
    detectors : list or dict
        PyOD detectors, outlier detectors of scikit-learn and pipelines that end in
        either, of images and of tables; or pairs ``(name, detector)``; or a dict from
        names to detectors. See Notes.
    criterion : str, Criterion, callable or list of those, optional (default="auto")
        How models are judged. ``"auto"`` is ``"dsv"`` where all detectors have
        ``transform(X)`` by one network, and ``augment(X, random_state=None)`` that
        works on these data, and ``X_unlabeled`` is given. Otherwise it is
        ``"evidence"`` where all detectors score out of sample and ``X_unlabeled`` is
        given, else ``"sel"``; with `verbose` it says why. `all_criteria` lists the
        names; those on embeddings need those two methods, the others scores. A function
        is a criterion as `make_criterion` says; without a direction it is a loss.
        Several different criteria rank by the mean of their ranks.
    prefit : bool, optional (default=False)
        If True, the detectors are fitted already and are used as they are. If False,
        clones of them are fitted.
    n_jobs : int, optional (default=None)
        How many detectors to fit at a time, through `joblib.Parallel`, so that
        `joblib.parallel_config` moves the fitting to another backend. Each fit has
        one thread, so that this changes no result; None fits one after the other.
    contamination : float in (0, 0.5], optional (default=0.1)
        Share of outliers behind ``threshold_``, also a pythresh object. It is applied
        to ``decision_scores_`` in place of the detectors' own. The threshold is in
        the units of the scores in both cases.
    random_state : int, RandomState instance or None, optional (default=0)
        Seed of the augmentation, the same for all detectors, whose own seeds stay.
    verbose : int, optional (default=0)
        0 silent, 1 a progress bar and the criterion, 2 a line a detector.
    combine : {"best", "mean"}, optional (default="best")
        ``"best"`` answers through the best detector. ``"mean"`` averages the scores of
        the best ``top_k``, each brought to a common scale by its own
        ``decision_scores_``; see `calibrated_scores`.
    top_k : int or None, optional (default=3)
        How many detectors ``combine="mean"`` averages, of those that the criterion
        could judge; None takes all of these.
    aggregate : {"mean", "robust"}, optional (default="mean")
        How several criteria rank: by `mean_ranks` or by `robust_ranks`.

    Attributes
    ----------
    names_ : list of str
        Of the detectors: as given; for a plain list the classes, with the parameters
        in which those of one class differ, as in ``KNN(n_neighbors=5)``.
    detectors_ : list
        All detectors, fitted. Those that were adapted are a `SklearnDetector` or an
        `OnPixels`, so that each takes the same data and scores in PyOD's sign.
    named_detectors_ : dict
        The same by their names.
    best_detector_, best_estimator_ : object
        The best detector, fitted; two names of one.
    best_index_ : int
        Its position; among equals, to 12 digits, the first.
    best_name_ : str
        Its name.
    criterion_ : str or list of str
        The criterion that was taken, several as a list.
    criterion_values_ : ndarray of shape (n_models,)
        In the paper's own sign; the mean ranks by several criteria, or what
        `robust_ranks` makes of them.
    ranking_ : ndarray of shape (n_models,)
        Positions of the models, best first; those without a finite value come last.
    results_ : dict of ndarrays of shape (n_models,)
        ``name``, ``params``, ``value``, ``rank`` (1 is best) and ``fit_seconds`` (NaN
        if prefit), ready for `pandas.DataFrame`. Several criteria have
        ``value_<name>`` and ``rank_<name>`` each.
    agreement_ : ndarray of shape (n_criteria, n_criteria)
        Kendall's tau-b between the rankings by several criteria; see
        `rank_agreement`.
    combined_ : ndarray of int
        Positions of the detectors that answer.
    member_scores_ : list of ndarray
        The ``decision_scores_`` of those, the scale of ``combine="mean"``.
    decision_scores_ : ndarray of shape (n_calibration,)
        What new scores are compared with: the best detector's own, or the mean of the
        members' calibrated ones if these are equally many; otherwise, and where a
        detector keeps none, scores of ``X``, or of ``X_unlabeled`` without ``X``.
        After `calibrate`, the scores of its images or rows.
    threshold_ : float
        Scores above it are outliers, see ``contamination``.
    labels_ : ndarray of shape (n_calibration,)
        ``decision_scores_`` beyond ``threshold_``, 0 or 1.

    Notes
    -----
    Labels are never used: ``y`` is ignored. Criteria on embeddings follow [1]_, those
    on scores [2]_. `sklearn.base.clone` keeps prefit detectors fitted.

    **Which consensus criterion.** No one is clearly better. ``"sel"`` stands behind
    ``"auto"`` because over the 11 real tasks of ``benchmark/results/dsv``, four zoos
    each, its mean AUC is 0.824, where MC has 0.804, HITS 0.793 and the mean over the
    detectors 0.805 (``python -m benchmark.dsv --tables-from
    benchmark/results/dsv/results.csv``); because detectors that disagree with the
    others do not enter its consensus; and because its time grows with n log n where
    that of MC grows with the square of n samples. With two detectors all three only
    say that these agree with one another, and a warning says so.

    **Evidence** is far better than these in groups of very different detectors that
    score out of sample: over 18 real tasks its pick among six densities of pretrained
    features loses 0.007 of AUC against the best, where ``"sel"`` loses 0.049 (``python
    -m benchmark.selection``, ``benchmark/results/selection``). With networks from
    scratch among them it loses 0.036, because new good images that such a network
    takes for anomalous ones count as evidence; ``["evidence", "sel"]`` loses 0.004.

    **Images and tables in one group.** Detectors with ``preprocess`` take images in
    any form of theirs. If there is one, and the data are not a table ``(n_samples,
    n_features)`` of pixels for all, the detectors of tables get the pixels that the
    first image detector sees; see `OnPixels`. Iterators are read once, into a list.

    **Thresholds are made for those that answer.** A detector that trains more networks
    for ``decision_scores_`` out of sample, by ``calibration="cross_fit"`` as those of
    ``pyod_ssad`` do, is fitted with ``calibration="density"`` first; only those that
    answer then train them, so that a group of n costs n fits and not three times as
    many. ``detectors_`` that do not answer stay so: ``cross_calibrate(X)`` catches up.
    Criteria that rest on scores out of sample, such as ``"evidence"``, need them of
    all detectors, which train them all.

    **Different networks.** Criteria on embeddings are refused where detectors embed
    with different networks, because a distance in one space says nothing about a
    distance in another. ``"evidence"`` and ``"unlabeled_auc"`` compare whatever scores,
    and so do ``"mc"``, ``"sel"`` and ``"hits"``.

    **Nothing trained is lost.** If some detectors fail to fit, or a criterion fails,
    ``detectors_`` has those that were fitted, and ``ModelSelector(
    selector.named_detectors_, prefit=True)`` goes on with them. The error names those
    that ``cross_calibrate(X)`` is still to be called on for their thresholds.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.
    .. [2] Ma et al., "The Need for Unsupervised Outlier Model Selection", SIGKDD
       Explorations 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from pyod.models.knn import KNN
    >>> from sklearn.ensemble import IsolationForest
    >>> from sklearn.svm import OneClassSVM
    >>> X = np.random.RandomState(0).randn(100, 2)
    >>> group = [KNN(), KNN(n_neighbors=20), IsolationForest(), OneClassSVM()]
    >>> selector = ModelSelector(group).fit(X)
    >>> selector.criterion_
    'sel'
    >>> selector.names_[1]
    'KNN(n_neighbors=20)'
    """

    def __init__(
        self,
        detectors,
        criterion="auto",
        prefit=False,
        n_jobs=None,
        contamination=0.1,
        random_state=0,
        verbose=0,
        combine="best",
        top_k=3,
        aggregate="mean",
    ):
        super().__init__(contamination=contamination)
        self.detectors = detectors
        self.criterion = criterion
        self.prefit = prefit
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.combine = combine
        self.top_k = top_k
        self.aggregate = aggregate

    def __sklearn_clone__(self):
        """Clone all parameters, but keep prefit detectors as they are."""
        params = self.get_params(deep=False)
        detectors = params.pop("detectors")
        params = {name: clone(value, safe=False) for name, value in params.items()}
        copied = detectors if self.prefit else clone(detectors, safe=False)
        return type(self)(copied, **params)

    def fit(self, X=None, y=None, X_unlabeled=None):
        """Fit the detectors unless prefit, judge them, and keep the best.

        Parameters
        ----------
        X : array-like or sequence, optional (default=None)
            Training data, handed to the detectors untouched: feature matrices, image
            arrays, lists of paths, folders. Only those with ``preprocess(X)`` and a
            hashable ``preprocessing`` get ``preprocess(X)``, made once for all with
            equal ``preprocessing``, so that a file is not decoded once a detector.
            None only with ``prefit=True`` and a criterion on scores.
        y : object
            Ignored; present for API consistency. Labels never reach the selection.
        X_unlabeled : array-like or sequence, optional (default=None)
            Unlabeled data to judge the detectors on. If None, the consensus criteria
            judge on ``X``; criteria on embeddings need it, because they compare the
            training data with other data. Detectors whose ``fit`` takes it by this
            name, such as ST-SSAD, are fitted with it.

        Returns
        -------
        self : ModelSelector
            Fitted.

        Raises
        ------
        TypeError
            If ``detectors`` is no list or dict, one of them detects no outliers or
            lacks a method that the criterion calls, or a criterion returns no numbers.
        ValueError
            If there are no detectors, a criterion is unknown or there twice, data are
            missing or of a form that the detectors cannot take, a prefit detector is
            not fitted, or no criterion value is finite.
        RuntimeError
            If a detector fails to fit, after all others are fitted; the error names it.

        Warns
        -----
        UserWarning
            If a consensus of two is asked for, or there are too few
            ``decision_scores_`` for the contamination; of their own scores detectors
            do not warn here.
        """
        self._check_options()
        X, X_unlabeled = read_once(X), read_once(X_unlabeled)
        require_any_data(self.prefit, X, X_unlabeled)
        names, members = name_detectors(self.detectors)
        admitted = [admit(n, d) for n, d in zip(names, members, strict=True)]
        group = Group(zip(names, admitted, strict=True))
        criteria = choose_criteria(self.criterion, group, X, X_unlabeled)
        if self.verbose:
            announce(self.criterion, criteria, group, X, X_unlabeled)
        rest_on_held_out = any(one.needs_held_out for one in criteria.values())
        seconds = self._fit_members(
            names, admitted, group, X, X_unlabeled, put_off=not rest_on_held_out
        )
        try:
            judgement = judge(
                criteria,
                group,
                X,
                first(X_unlabeled, X),
                as_seed(self.random_state),
                self.aggregate,
            )
            self._tabulate(criteria, members, seconds, *judgement)
            shared = group.share(first(X, X_unlabeled))
            self._cross_fit(members, shared)
            self._answer(shared)
        except Exception as error:
            self._forget(keep=("names_", "detectors_"))
            put_off = self._put_off(names, admitted)
            raise later_error(error, len(group), put_off) from error
        warn_if_too_few(len(self.decision_scores_), self.contamination)
        return self

    def _check_options(self):
        """Raise ValueError for an unknown way to combine or to aggregate."""
        if self.aggregate not in AGGREGATIONS:
            raise ValueError(
                f"aggregate must be one of {tuple(AGGREGATIONS)}, got "
                f"{self.aggregate!r}"
            )
        if self.combine not in ("best", "mean"):
            raise ValueError(f"combine must be 'best' or 'mean', got {self.combine!r}")
        is_count = isinstance(self.top_k, numbers.Integral) and self.top_k >= 1
        if self.top_k is not None and (not is_count or self.top_k is True):
            raise ValueError(
                f"top_k must be None or an int of at least 1, got {self.top_k!r}"
            )

    def _fit_members(self, names, admitted, group, X, X_unlabeled, *, put_off):
        """Fit the members unless prefit, keep them, and return the seconds."""
        X = first(X, X_unlabeled)
        members = give_pixels(names, admitted, X, prefit=self.prefit)
        group.update(zip(names, members, strict=True))
        if self.prefit:
            fitted = adopt_fitted(names, members, X)
            seconds, failures = np.full(len(names), np.nan), {}
        else:
            fitted, seconds, failures = fit_group(
                names,
                members,
                group.share(X),
                X_unlabeled,
                n_jobs=self.n_jobs,
                verbose=self.verbose,
                put_off=put_off,
            )
        group.clear()
        group.update(
            (n, d) for n, d in zip(names, fitted, strict=True) if d is not None
        )
        if group:
            self._forget()
            self.names_, self.detectors_ = list(group), list(group.values())
        if failures:
            put_off = self._put_off(names, members) if group else []
            raise fit_error(failures, len(group), put_off)
        return seconds

    def _cross_fit(self, members, shared):
        """Let those that answer make the scores out of sample that were put off."""
        put_off = self._put_off(self.names_, members)
        waiting = [i for i in self.combined_ if self.names_[i] in put_off]
        detectors = [self.detectors_[i] for i in waiting]
        ready = catch_up(detectors, shared, self.n_jobs)
        for i, detector in zip(waiting, ready, strict=True):
            self.detectors_[i] = detector

    def _put_off(self, names, members):
        """Name the fitted detectors whose scores out of sample are still put off."""
        if self.prefit:
            return []
        wanting = {n for n, m in zip(names, members, strict=True) if is_cross_fitted(m)}
        pairs = zip(self.names_, self.detectors_, strict=True)
        return [n for n, d in pairs if n in wanting and not is_cross_fitted(d)]

    def _forget(self, keep=()):
        """Drop what a fit has found: it is about other detectors, or half of it."""
        for name in list(vars(self)):
            if name.endswith("_") and name not in keep:
                delattr(self, name)

    def _tabulate(self, criteria, members, seconds, values, losses, columns, agreement):
        """Keep the models, ordered by their losses."""
        self.criterion_ = list(criteria) if len(criteria) > 1 else next(iter(criteria))
        self.criterion_values_, self.agreement_ = values, agreement
        self.ranking_ = np.argsort(losses, kind="stable")
        self.best_index_ = int(self.ranking_[0])
        judged = self.ranking_[np.isfinite(losses[self.ranking_])]
        self.combined_ = judged[: self.top_k] if self.combine == "mean" else judged[:1]
        params = [getattr(d, "get_params", dict)() for d in members]
        self.results_ = {
            "name": np.array(self.names_, dtype=object),
            "params": np.array(params, dtype=object),
            "value": values,
            "rank": competition_ranks(losses),
            **columns,
            "fit_seconds": seconds,
        }

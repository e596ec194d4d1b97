"""A PyOD detector that fits a group of detectors and answers through the best one."""

import copy
import numbers
from importlib import import_module

import numpy as np
from pyod.models.base import BaseDetector
from scipy.stats import rankdata
from sklearn.base import clone
from sklearn.utils import check_random_state
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from model_selection._fitting import check_fitted, fit_group
from model_selection._sharing import Group
from model_selection.criterion import get_criterion, name_detectors


def _best_has(method):
    """Return a check for `available_if`: the best detector has this method."""

    def check(selector):
        check_is_fitted(selector, "best_detector_")
        return hasattr(selector.best_detector_, method)

    return check


class ModelSelector(BaseDetector):
    """Pick the best of a group of detectors without labels, and answer through it.

    Parameters
    ----------
    detectors : list or dict
        PyOD detectors, or a dict from names to detectors.
    criterion : str or Criterion, optional (default="dsv")
        How models are judged. ``"mc"``, ``"sel"`` and ``"hits"`` accept any detector;
        the others need ``transform(X)`` and ``augment(X, random_state=None)``.
    prefit : bool, optional (default=False)
        If True, the detectors are fitted already and are used as they are. If False,
        clones of them are fitted.
    n_jobs : int, optional (default=None)
        How many detectors to fit at a time, through `joblib.Parallel`, so that
        `joblib.parallel_config` moves the fitting to another backend. Each fit has
        one thread, so that this changes no result; None fits one after the other.
    contamination : float in (0, 0.5], optional (default=0.1)
        Share of outliers behind ``threshold_``, also a pythresh object. It is applied
        to the scores of the best detector in place of that detector's own.
    random_state : int, RandomState instance or None, optional (default=0)
        Seed of the augmentation, the same for all detectors, whose own seeds stay.
    verbose : int, optional (default=0)
        0 silent, 1 a progress bar, 2 a line a detector.

    Attributes
    ----------
    best_detector_ : object
        The chosen detector, fitted.
    best_index_ : int
        Its position; among equals, to 12 digits, the first.
    best_name_ : str
        Its key in the dict, or ``"<class>[<position>]"``.
    detectors_ : list
        All detectors, fitted.
    criterion_values_ : ndarray of shape (n_models,)
        In the paper's own sign.
    ranking_ : ndarray of shape (n_models,)
        Positions of the models, best first; those without a finite value come last.
    results_ : dict of ndarrays of shape (n_models,)
        ``name``, ``params``, ``value``, ``rank`` (1 is best) and ``fit_seconds`` (NaN
        if prefit), ready for `pandas.DataFrame`.
    decision_scores_ : ndarray of shape (n_train,)
        The best detector's scores of the data that it was fitted on.
    threshold_ : float
        Scores above it are outliers, see ``contamination``.
    labels_ : ndarray of shape (n_train,)
        ``decision_scores_`` beyond ``threshold_``, 0 or 1.

    Notes
    -----
    Labels are never used: ``y`` is ignored. Criteria on embeddings follow [1]_, those
    on scores [2]_. `sklearn.base.clone` keeps prefit detectors fitted.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.
    .. [2] Ma et al., "The Need for Unsupervised Outlier Model Selection", SIGKDD
       Explorations 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from pyod.models.ecod import ECOD
    >>> from pyod.models.knn import KNN
    >>> X = np.random.RandomState(0).randn(100, 2)
    >>> selector = ModelSelector({"knn": KNN(), "ecod": ECOD()}, criterion="hits")
    >>> selector.fit(X).best_name_
    'knn'
    """

    def __init__(
        self,
        detectors,
        criterion="dsv",
        prefit=False,
        n_jobs=None,
        contamination=0.1,
        random_state=0,
        verbose=0,
    ):
        super().__init__(contamination=contamination)
        self.detectors = detectors
        self.criterion = criterion
        self.prefit = prefit
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def __sklearn_clone__(self):
        """Clone all parameters, but keep prefit detectors as they are."""
        params = self.get_params(deep=False)
        detectors = params.pop("detectors")
        params = {name: clone(value, safe=False) for name, value in params.items()}
        copied = detectors if self.prefit else clone(detectors, safe=False)
        return type(self)(copied, **params)

    def fit(self, X, y=None, X_unlabeled=None):
        """Fit the detectors unless prefit, judge them, and keep the best.

        Parameters
        ----------
        X : array-like or sequence
            Training data, handed to the detectors untouched: feature matrices, image
            arrays, lists of paths. Only those with ``preprocess(X)`` and a hashable
            ``preprocessing`` get ``preprocess(X)``, made once for all with equal
            ``preprocessing``, so that a file is not decoded once a detector.
        y : object
            Ignored; present for API consistency. Labels never reach the selection.
        X_unlabeled : array-like or sequence, optional (default=None)
            Unlabeled data to judge the detectors on. If None, the consensus criteria
            judge on ``X``; criteria on embeddings need it, because they compare the
            training data with other data.

        Returns
        -------
        self : ModelSelector
            Fitted.

        Raises
        ------
        TypeError
            If ``detectors`` is no list or dict, or a detector lacks a method that the
            criterion calls.
        ValueError
            If there are no detectors, the criterion is unknown, ``X_unlabeled`` is
            missing, a prefit detector is not fitted, or no criterion value is finite.
        RuntimeError
            If a detector fails to fit; the error names it.
        """
        criterion = get_criterion(self.criterion)
        names, members = name_detectors(self.detectors)
        criterion.check_detectors(self.detectors)
        X_unlabeled = _unlabeled_data(criterion, X, X_unlabeled)
        group = Group(zip(names, members, strict=True))
        if self.prefit:
            fitted, seconds = check_fitted(names, members)
        else:
            fitted, seconds = fit_group(
                names, members, group.share(X), n_jobs=self.n_jobs, verbose=self.verbose
            )
        group.update(zip(names, fitted, strict=True))
        values = criterion.evaluate(
            group, X, X_unlabeled, random_state=_seed(self.random_state)
        )
        losses = criterion.losses(values)
        self._tabulate(names, fitted, seconds, values, losses)
        return self._answer_through_best()

    def _tabulate(self, names, fitted, seconds, values, losses):
        """Keep the models, ordered by their losses."""
        self.detectors_ = fitted
        self.criterion_values_ = values
        self.ranking_ = np.argsort(losses, kind="stable")
        self.best_index_ = int(self.ranking_[0])
        self.best_name_ = names[self.best_index_]
        self.results_ = {
            "name": np.array(names, dtype=object),
            "params": np.array([d.get_params() for d in fitted], dtype=object),
            "value": values,
            "rank": rankdata(losses, method="min").astype(int),
            "fit_seconds": seconds,
        }

    def _answer_through_best(self):
        """Take over the best detector and threshold its training scores."""
        self.best_detector_ = self.detectors_[self.best_index_]
        self._set_n_classes(None)
        self.decision_scores_ = np.array(self.best_detector_.decision_scores_)
        return self._process_decision_scores()

    def _process_decision_scores(self):
        # PyOD fits a threshold object in place: selectors may share one.
        if not isinstance(self.contamination, numbers.Real):
            self.contamination = copy.deepcopy(self.contamination)
        return super()._process_decision_scores()

    def decision_function(self, X):
        """Anomaly scores of the best detector.

        Parameters
        ----------
        X : array-like or sequence of length n_samples
            Data, handed over untouched.

        Returns
        -------
        ndarray of shape (n_samples,)
            Larger where more anomalous.
        """
        check_is_fitted(self, "best_detector_")
        return np.asarray(self.best_detector_.decision_function(X))

    def predict_proba(self, X, method="linear", return_confidence=False):
        """Probability of being an outlier, by the best detector.

        Parameters
        ----------
        X : array-like or sequence of length n_samples
            Data, handed over untouched.
        method : {"linear", "unify"}, optional (default="linear")
            How scores become probabilities.
        return_confidence : bool, optional (default=False)
            If True, return `predict_confidence` as well.

        Returns
        -------
        probability : ndarray of shape (n_samples, 2)
            Of normal samples and of outliers.
        confidence : ndarray of shape (n_samples,)
            Only if asked for.
        """
        check_is_fitted(self, "best_detector_")
        # PyOD's own version reads X.shape, which a list of paths has not.
        probability = self.best_detector_.predict_proba(X, method=method)
        if return_confidence:
            return probability, self.predict_confidence(X)
        return probability

    @available_if(_best_has("transform"))
    def transform(self, X):
        """Embeddings ``(n_samples, d)`` by the best detector, if it has them."""
        return self.best_detector_.transform(X)

    @available_if(_best_has("anomaly_map"))
    def anomaly_map(self, X):
        """Anomaly maps ``(n_samples, H, W)`` by the best detector, if it has them."""
        return self.best_detector_.anomaly_map(X)

    def save(self, path):
        """Write the fitted selector to one file, which `pyod_ssad.load` reads.

        Parameters
        ----------
        path : str or path
            Of the file; see `pyod_ssad.persistence.save`, also for what is raised.
        """
        # By its name: only files need pyod_ssad, and with it torch.
        import_module("pyod_ssad.persistence").save(self, path)


def _unlabeled_data(criterion, X, X_unlabeled):
    """Return the data to judge on, or say that they are missing."""
    if X_unlabeled is not None:
        return X_unlabeled
    if criterion.needs_unlabeled:
        raise ValueError(
            f"criterion {criterion.name!r} compares the training data with unlabeled "
            "data, got X_unlabeled=None; pass fit(X, X_unlabeled=...), or choose 'mc', "
            "'sel' or 'hits'"
        )
    return X


def _seed(random_state):
    """Return one integer, so that each detector draws the same augmentation."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))

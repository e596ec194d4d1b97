"""The answers of a selector, through the detectors that it has chosen."""

from importlib import import_module

import numpy as np
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from model_selection._inputs import read_once
from model_selection._scored import ScoredOnce
from model_selection._sharing import SharedData
from model_selection.adapters import training_scores
from model_selection.calibration import warn_if_too_few
from model_selection.combining import mean_calibrated


def _best_has(method):
    """Return a check for `available_if`: the best detector has this method."""

    def check(selector):
        check_is_fitted(selector, "best_index_")
        return hasattr(selector.best_detector_, method)

    return check


class AnsweringThroughBest(ScoredOnce):
    """Answer through the best of fitted detectors, or through the mean of some.

    A subclass sets ``combine``, ``contamination``, and by its ``fit`` ``names_``,
    ``detectors_``, ``best_index_`` and ``combined_``, and then calls `_answer`.
    """

    def _answer(self, shared):
        """Take over the scores of the detectors that answer, and threshold them."""
        self.member_scores_ = [
            _member_scores(self.detectors_[i], shared) for i in self.combined_
        ]
        counts = {len(scores) for scores in self.member_scores_}
        if self.combine == "best":
            scores = self.member_scores_[0]
        elif len(counts) == 1:
            scores = mean_calibrated(self.member_scores_, self.member_scores_)
        else:
            scores = self._combined_scores(shared)
        return self._compare_with(scores)

    def _compare_with(self, scores):
        """Set the scores that new ones are compared with, and what follows."""
        self._set_n_classes(None)
        self.decision_scores_ = scores
        return self._process_decision_scores()

    @property
    def named_detectors_(self):
        """The fitted detectors by their names."""
        check_is_fitted(self, "detectors_")
        return dict(zip(self.names_, self.detectors_, strict=True))

    @property
    def best_name_(self):
        """The name of the best detector."""
        check_is_fitted(self, "best_index_")
        return self.names_[self.best_index_]

    @property
    def best_detector_(self):
        """The best detector, fitted."""
        check_is_fitted(self, "best_index_")
        return self.detectors_[self.best_index_]

    @property
    def best_estimator_(self):
        """The best detector, by the name that scikit-learn's searches use."""
        return self.best_detector_

    def decision_function(self, X):
        """Anomaly scores of the best detector, or the mean of the best ones.

        Parameters
        ----------
        X : array-like or sequence of length n_samples
            Data, handed over untouched.

        Returns
        -------
        ndarray of shape (n_samples,)
            Larger where more anomalous.
        """
        check_is_fitted(self, "best_index_")
        X = read_once(X)
        if self.combine == "mean":
            return self._combined_scores(SharedData(X))
        return np.asarray(self.best_detector_.decision_function(X)).ravel()

    def _combined_scores(self, shared):
        """Mean of the calibrated scores of the detectors that answer."""
        members = [self.detectors_[i] for i in self.combined_]
        columns = [
            np.ravel(d.decision_function(shared.for_detector(d))) for d in members
        ]
        return mean_calibrated(self.member_scores_, columns)

    def save(self, path):
        """Write the fitted detector to one file, which `pyod_ssad.load` reads.

        Parameters
        ----------
        path : str or path
            Of the file; see `pyod_ssad.persistence.save`, also for what is raised.
            Detectors of tables are stored only where their state is plain arrays.
        """
        # By its name: only files need pyod_ssad, and with it torch.
        import_module("pyod_ssad.persistence").save(self, path)

    def calibrate(self, X_normal):
        """Set the threshold from normal data that were not trained on.

        Parameters
        ----------
        X_normal : array-like or sequence of length n
            Normal data, which neither the detectors were fitted on nor the selection
            has seen.

        Returns
        -------
        self : ModelSelector
            With ``decision_scores_`` of these data, and ``threshold_``, ``labels_``,
            probabilities, confidence and p-values that follow from them. The selection
            and the scale of ``combine="mean"`` stay.

        Raises
        ------
        ValueError
            If a score is not finite.

        Warns
        -----
        UserWarning
            If they are too few for the contamination.
        """
        scores = self.decision_function(X_normal)
        if not len(scores) or not np.isfinite(scores).all():
            n_bad = (~np.isfinite(scores)).sum()
            raise ValueError(
                f"calibrate got {len(scores)} scores, {n_bad} of them NaN or infinite; "
                "wanted one finite score for each of some normal samples; check "
                "X_normal"
            )
        self._compare_with(scores)
        warn_if_too_few(len(scores), self.contamination)
        return self

    @available_if(_best_has("transform"))
    def transform(self, X):
        """Embeddings ``(n_samples, d)`` by the best detector, if it has them."""
        return self.best_detector_.transform(read_once(X))

    @available_if(_best_has("anomaly_map"))
    def anomaly_map(self, X):
        """Anomaly maps ``(n_samples, H, W)`` by the best detector, if it has them."""
        return self.best_detector_.anomaly_map(read_once(X))


def _member_scores(detector, shared):
    """Return a detector's scores of its training data, or of these if it kept none."""
    is_kept = hasattr(detector, "decision_scores_")
    X = None if is_kept else shared.for_detector(detector)
    return training_scores(detector, X)

"""From scores to decisions: thresholds, labels and p-values."""

from pyod_ssad.predicting import PredictingImages


class DecidingImages(PredictingImages):
    """Thresholds and p-values that rest on scores of images not learned from.

    A subclass writes `decision_function`, and sets ``decision_scores_`` by `_become`.
    """

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
        return self._ask("predict", X, return_confidence)

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
        from model_selection._scored import new_scores

        scores = new_scores(self, X)
        return conformal_p_values(self.decision_scores_, scores)

    def _warn_if_too_few(self):
        from model_selection.calibration import warn_if_too_few

        warn_if_too_few(len(self.decision_scores_), self.contamination)
        return self

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

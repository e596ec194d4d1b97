"""False alarms beside AUC; labels are given to `metrics` alone."""

import numpy as np
from sklearn.metrics import roc_auc_score

from model_selection import conformal_p_values

FALSE_ALARMS = {
    "false_alarms": "False alarms on good test images at a contamination of 0.1",
    "p01": "Good test images with a p-value of at most 0.01",
}


def metrics(labels, scores, flagged):
    """Return the AUC, and the shares of good images that were flagged."""
    good = labels == 0
    shares = {name: float(np.mean(which[good])) for name, which in flagged.items()}
    return {"auc": float(roc_auc_score(labels, scores)), **shares}


def flag(detector, scores):
    """Say which scores a fitted detector flags, by the names of `FALSE_ALARMS`.

    Those above the threshold for its contamination, and those with a conformal p-value
    of at most 0.01 by the scores of its training images.
    """
    p = conformal_p_values(detector.decision_scores_, scores)
    return {"false_alarms": scores > detector.threshold_, "p01": p <= 0.01}

"""Anomalies suspected among the training samples."""

import numpy as np

from pyod_ssad.auto.diagnostics._base import Diagnostic

FAR = 8.0
"""Robust standard deviations, of log scores where they are positive."""


class Contaminated(Diagnostic):
    """Some training samples stand far apart from the others."""

    code = "SSAD003"

    def find(self, facts):
        """Return which stand apart, if more than one in a hundred do."""
        scores = facts.held_out
        if scores.min() > 0:
            scores = np.log(scores)
        middle = np.median(scores)
        spread = 1.4826 * np.median(np.abs(scores - middle))
        apart = np.flatnonzero(scores > middle + FAR * spread) if spread > 0 else []
        if len(apart) <= len(scores) / 100:
            return ""
        listed = ", ".join(map(str, apart[:10])) + ", ..." * (len(apart) > 10)
        return (
            f"{len(apart)} of {len(scores)} training samples score far beyond the "
            f"others, at positions {listed}. If they are anomalous, they raise the "
            "threshold and hide others like them. Look at them, and leave out what is "
            "not normal."
        )

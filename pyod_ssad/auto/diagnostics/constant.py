"""Scores that are constant."""

import numpy as np

from pyod_ssad.auto.diagnostics._base import Diagnostic


class Constant(Diagnostic):
    """A detector gives the same score to all samples."""

    code = "SSAD007"

    def find(self, facts):
        """Return which do, if any."""
        constant = (facts.scores == facts.scores[0]).all(axis=0)
        if not constant.any():
            return ""
        listed = ", ".join(facts.names[i] for i in np.flatnonzero(constant))
        return (
            f"These detectors give the same score to all samples: {listed}. They rank "
            "nothing; look at the images as they see them, by preprocess(X)."
        )

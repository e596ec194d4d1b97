"""Candidates that are all equal."""

import numpy as np
from scipy.stats import rankdata

from pyod_ssad.auto.diagnostics._base import Diagnostic

ALIKE = 0.98


class Equal(Diagnostic):
    """All detectors rank the data alike."""

    code = "SSAD006"

    def find(self, facts):
        """Return how alike they are, if nothing is left to choose."""
        if len(facts.names) < 2:
            return ""
        varied = facts.scores[:, (facts.scores != facts.scores[0]).any(axis=0)]
        if varied.shape[1] < 2:
            return ""
        correlation = np.corrcoef(rankdata(varied, axis=0).T)
        least = float(correlation.min())
        if least < ALIKE:
            return ""
        return (
            f"All {len(facts.names)} detectors rank the samples alike (Spearman's "
            f"correlations from {least:.3f} on), so that selecting among them changes "
            "nothing. Try detectors of another kind, or a larger budget."
        )

"""Criteria that disagree."""

import numpy as np
from scipy.stats import kendalltau

from pyod_ssad.auto.diagnostics._base import Diagnostic

FEW = 4
"""Models whose order says little."""


class Disagreeing(Diagnostic):
    """The criterion that was taken ranks as the reverse of the others."""

    code = "SSAD005"

    def find(self, facts):
        """Return the correlation of the rankings, if it is negative on average."""
        first, *others = facts.ranks
        if len(facts.names) < FEW or not others:
            return ""
        taus = {
            name: float(kendalltau(facts.ranks[first], facts.ranks[name]).statistic)
            for name in others
        }
        if not np.nanmean(list(taus.values())) < 0:
            return ""
        listed = ", ".join(f"{name} {tau:.2f}" for name, tau in taus.items())
        return (
            f"Criterion {first!r} ranks the detectors in another order than the others "
            f"(Kendall's tau: {listed}). Do not trust the pick without looking at what "
            "it flags; combine='mean' with a larger top_k depends less on it."
        )

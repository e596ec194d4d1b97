"""Too few normal images."""

from pyod_ssad.auto.diagnostics._base import Diagnostic

FEW = 30


class TooFew(Diagnostic):
    """There are fewer than 30 training samples."""

    code = "SSAD001"

    def find(self, facts):
        """Return how many there are, if they are too few."""
        n = len(facts.held_out)
        if n >= FEW:
            return ""
        return (
            f"There are {n} training samples; wanted are at least {FEW}. Thresholds "
            "and the selection rest on their scores, and are as coarse as 1 in "
            f"{n + 1}. Give more normal ones."
        )

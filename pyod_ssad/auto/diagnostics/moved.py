"""New data that have moved."""

from pyod_ssad.auto.diagnostics._base import Diagnostic


class Moved(Diagnostic):
    """Most new data score above everything that was seen in normal ones."""

    code = "SSAD004"

    def find(self, facts):
        """Return how many do, if most do."""
        if facts.new is None:
            return ""
        n_above = int((facts.new > facts.held_out.max()).sum())
        if 2 * n_above <= len(facts.new):
            return ""
        return (
            f"{n_above} of {len(facts.new)} unlabeled samples score above all training "
            "samples. Either most of them are anomalous, or the data have moved: "
            "another camera, light, product or preparation; then the selection rests "
            "on the move. Look at some; if they are good, fit on such as these."
        )

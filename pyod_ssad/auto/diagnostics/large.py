"""Images much larger than what detectors see."""

from pyod_ssad.auto.diagnostics._base import Diagnostic

TIMES = 4


class Large(Diagnostic):
    """Small defects vanish when images are made this much smaller."""

    code = "SSAD011"

    def find(self, facts):
        """Return how much smaller images become, if it is a lot."""
        if facts.sides is None or max(facts.sides) < TIMES * facts.image_size:
            return ""
        height, width = facts.sides
        factor = max(facts.sides) / facts.image_size
        return (
            f"Images of {height} x {width} pixels are seen at {facts.image_size} at "
            f"most: what is smaller than {factor:.0f} pixels is less than one. Cut "
            "images into tiles, or fit a detector with a larger image_size."
        )

"""An augmentation that does nothing, or leaves nothing."""

from pyod_ssad.auto.diagnostics._base import Diagnostic

LEAST, MOST = 1e-4, 0.9
"""Shares of the pixels of an image."""


class Augmentation(Diagnostic):
    """An augmentation changes hardly a pixel, or nearly all."""

    code = "SSAD008"

    def find(self, facts):
        """Return which detectors have such an augmentation, if any."""
        odd = {n: c for n, c in facts.changed.items() if not LEAST <= c <= MOST}
        if not odd:
            return ""
        listed = ", ".join(f"{name} {share:.2%}" for name, share in odd.items())
        return (
            f"On these images augmentations change this share of all pixels: {listed}. "
            "What changes nothing, or everything, teaches nothing about defects: look "
            "at augment(X), and choose another patch_area or another family."
        )

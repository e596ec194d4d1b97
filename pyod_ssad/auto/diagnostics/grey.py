"""Grey against colour."""

import numpy as np

from pyod_ssad.auto.diagnostics._base import Diagnostic

NEAR = 2 / 255
"""Difference of channels that is no colour."""


class Grey(Diagnostic):
    """Training images are grey and new ones are not, or the reverse."""

    code = "SSAD010"

    def find(self, facts):
        """Return which are grey, if one of the two is and the other is not."""
        if facts.thumbnails is None:
            return ""
        grey = [_share_of_grey(images) for images in facts.thumbnails]
        if abs(grey[0] - grey[1]) < 0.5:
            return ""
        return (
            f"{grey[0]:.0%} of the training images are shades of grey, and "
            f"{grey[1]:.0%} of the unlabeled ones. That alone makes them different: "
            "convert one of the two, for instance by PIL's image.convert('L')."
        )


def _share_of_grey(rows):
    channels = rows.reshape(len(rows), 3, -1)
    return float((np.ptp(channels, axis=1).max(axis=1) < NEAR).mean())

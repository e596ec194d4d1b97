"""Near-duplicates between training and new images."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

from pyod_ssad.auto.diagnostics._base import Diagnostic

NEAR = 1 / 255
"""Root mean square difference of thumbnails, one level of 8 bits."""


class Duplicates(Diagnostic):
    """New images that are in the training images too."""

    code = "SSAD002"

    def find(self, facts):
        """Return how many there are, if there are any."""
        if facts.thumbnails is None:
            return ""
        train, new = facts.thumbnails
        distances, _ = NearestNeighbors(n_neighbors=1).fit(train).kneighbors(new)
        n_same = int((distances / np.sqrt(train.shape[1]) < NEAR).sum())
        if not n_same:
            return ""
        return (
            f"{n_same} of {len(new)} unlabeled images are, at a glance, among the "
            "training images. They cannot look anomalous, so that every detector "
            "seems to find less. Leave them out of one of the two."
        )

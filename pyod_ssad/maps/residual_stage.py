"""Maps of what an autoencoder cannot reconstruct."""

from functools import partial

from pyod_ssad.densities.given_patches import GivenPatches
from pyod_ssad.pretext.stage import Stage


class ResidualStage(Stage):
    """Represent images by the squared error of each pixel.

    Parameters
    ----------
    pretext : Denoising
    score_from : {"image", "map_top", "map_max"}
    """

    margin = 0.0

    def __init__(self, pretext, score_from):
        self.pretext = pretext
        self.make_density = partial(GivenPatches, score_from)

    def represent(self, network, images):
        """Return the errors ``(n, H * W, 1)``."""
        return self.pretext.residual(network, images).flatten(1)[:, :, None]

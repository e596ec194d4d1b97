"""The second stage of patches: features on a grid, and a density of them."""

from pyod_ssad.backbones import LayerGrids, find_middle_stages
from pyod_ssad.backbones.outputs import LayerOutputs
from pyod_ssad.pretext.stage import Stage


class GridStage(Stage):
    """Represent images by the features of their patches.

    Parameters
    ----------
    make_density : callable () -> PatchDensity
    of_features : bool, optional (default=False)
        Whether patches are of the layers that the network's features are of, or of
        those that `find_middle_stages` finds.
    """

    margin = 0.0
    """A grid of features covers all of an image."""

    def __init__(self, make_density, of_features=False):
        self.make_density = make_density
        self.of_features = of_features
        self._layers = None

    def represent(self, network, images):
        """Return the features ``(n, positions, d)`` of all positions of a grid."""
        encoder = network.encoder
        grids = self._make_grids(encoder.backbone, images.shape[-1])
        return grids(encoder.scale(images)).flatten(2).transpose(1, 2).contiguous()

    def _make_grids(self, backbone, image_size):
        if self.of_features:
            return LayerGrids(backbone.module, backbone.layers)
        module = backbone.module if isinstance(backbone, LayerOutputs) else backbone
        # Finding them takes two images through the network: not for every chunk.
        self._layers = self._layers or find_middle_stages(module, image_size)
        return LayerGrids(module, self._layers)

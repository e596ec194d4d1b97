"""Features of several layers of any network, on one grid of positions."""

from math import isqrt

import torch
from torch.nn import functional as F

from pyod_ssad.backbones.outputs import LayerOutputs
from pyod_ssad.backbones.positions import LayerError


class LayerGrids(LayerOutputs):
    """Square images to what layers of a network make of them, on one grid.

    Parameters
    ----------
    module : torch.nn.Module
        Maps ``(n, 3, H, H)`` to anything. Its weights are used as they are.
    layers : list of str, optional (default=None)
        Names of submodules, as in ``module.named_modules()``, whose outputs are
        taken; None takes that of the module itself.

    Raises
    ------
    ValueError
        If a layer is unknown.

    Notes
    -----
    The features are float32 of shape ``(n, D, g, g)``, layer after layer in the order
    given. Every layer's map is averaged over 3 x 3 neighbours, of which there are fewer
    at the border, and brought to the finest of the grids by bilinear interpolation
    [1]_. `LayerFeatures` has what the outputs of layers may be, except that there they
    may have no positions.

    References
    ----------
    .. [1] K. Roth, L. Pemula, J. Zepeda, B. Schölkopf, T. Brox and P. Gehler, "Towards
       total recall in industrial anomaly detection", CVPR 2022, Section 3.1.
    """

    def _describe(self, values, named):
        """Return the smoothed map ``(n, d, g, g)`` of values at positions."""
        side = isqrt(values.shape[-1])
        if values.ndim == 2 or side**2 != values.shape[2]:
            raise LayerError(
                f"{named} returns {tuple(values.shape[1:])} values by channel and "
                "position for a square image; wanted a square map. Name a layer that "
                "returns (n, d, h, h) or tokens."
            )
        maps = values.unflatten(2, (side, side))
        return F.avg_pool2d(maps, 3, stride=1, padding=1, count_include_pad=False)

    def _combine(self, features):
        """Return all maps on the finest of their grids ``(n, D, g, g)``."""
        side = max(maps.shape[2] for maps in features)
        return torch.cat([_resample(maps, side) for maps in features], dim=1)


def _resample(maps, side):
    if maps.shape[2] == side:
        return maps
    return F.interpolate(maps, size=(side, side), mode="bilinear")

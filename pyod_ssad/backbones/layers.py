"""Features of several layers of any network, pooled over positions."""

import torch

from pyod_ssad.backbones.outputs import LayerOutputs

SMALLEST_STD = 1e-3
"""Added before the logarithm: a channel may be constant."""


def _mean(values):
    return values.mean(dim=2)


def _std(values):
    return values.std(dim=2, correction=0)


def _log_std(values):
    return (_std(values) + SMALLEST_STD).log()


def _max(values):
    return values.amax(dim=2)


POOLS = {
    "mean": (_mean,),
    "std": (_std,),
    "mean_std": (_mean, _std),
    "max": (_max,),
    "log_std_max": (_log_std, _max),
    "mean_log_std_max": (_mean, _log_std, _max),
}
"""Statistics over positions, by the name of the pooling."""


class LayerFeatures(LayerOutputs):
    """Images to what layers of a network make of them, pooled over positions.

    Parameters
    ----------
    module : torch.nn.Module
        Maps ``(n, 3, H, W)`` to anything. Its weights are used as they are.
    layers : list of str, optional (default=None)
        Names of submodules, as in ``module.named_modules()``, whose outputs are
        taken; None takes that of the module itself.
    pool : str, optional (default="mean_std")
        The statistics over positions: "mean", "std", "mean_std", "max",
        "log_std_max" or "mean_log_std_max". The standard deviation s is that of the
        population, 0 where there is one position; its logarithm is log(s + 0.001).
        Outputs ``(n, d)``, which have no positions, are taken as they are.

    Raises
    ------
    ValueError
        If `pool` or a layer is unknown.

    Notes
    -----
    The features are float32 of shape ``(n, D)``: layer after layer in the order
    given, for each the values of all channels of one statistic after another. Maps
    ``(n, d, h, w)`` and ``(n, h, w, d)`` are told apart by the images' aspect ratio.
    Of tokens ``(n, tokens, d)`` the largest square number at the end are patches of
    the image; up to 9 in front, which are class tokens and registers, are dropped.
    This holds for grids of at least 5 x 5 patches, and of any size where there is one
    class token only.

    `LayerOutputs` says in what batches, and what counts of a layer used twice.
    """

    def __init__(self, module, layers=None, pool="mean_std"):
        _check_pool(pool)
        super().__init__(module, layers)
        self.pool = pool

    def _describe(self, values, named):
        """Return the statistics ``(n, D)`` of values at positions."""
        if values.ndim == 2:
            return values
        return torch.cat([statistic(values) for statistic in POOLS[self.pool]], dim=1)


def _check_pool(pool):
    if pool not in list(POOLS):
        raise ValueError(
            f"pool must be one of {', '.join(map(repr, POOLS))}, got {pool!r}."
        )

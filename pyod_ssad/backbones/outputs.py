"""What layers of a network return, for those that make features of it."""

from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from threading import RLock

import torch
from torch import nn

from pyod_ssad.backbones.positions import LayerError, by_position

PIXELS = 2**18
"""Of the images that go through a network at a time on a processor: its cache holds
the activations of a few, and batches of 4 of 256 px are faster than those of 32."""

MAX_NAMES = 60
"""Layers that a message lists."""

_ONE_AT_A_TIME = RLock()


class LayerOutputs(nn.Module):
    """Base class of what makes features of the outputs of layers.

    A subclass writes `_describe`, and `_combine` if its layers' features are not to be
    put side by side as they are.

    Parameters
    ----------
    module : torch.nn.Module
        Maps ``(n, 3, H, W)`` to anything. Its weights are used as they are.
    layers : list of str, optional (default=None)
        Names of submodules, as in ``module.named_modules()``, whose outputs are
        taken; None takes that of the module itself.

    Notes
    -----
    A layer's output is described as soon as the layer has returned, before a later one
    changes it in place, and only that is kept. Of a layer that is used several times
    the last output counts. What a network does in small batches of its own is put
    together again.

    Unless it is training, or on an accelerator, a network gets batches of `PIXELS`
    pixels, which bounds the memory.
    """

    def __init__(self, module, layers=None):
        super().__init__()
        if layers is not None:
            _check_layers(layers, module)
        self.module = module
        self.layers = None if layers is None else tuple(layers)
        self._is_normed = holds_layer_norms(module)

    def _describe(self, values, named):
        """Return features ``(n, d, ...)`` of values at positions.

        Parameters
        ----------
        values : float32 tensor of shape (n, d, positions) or (n, d)
        named : str
            The layer, for messages.
        """
        raise NotImplementedError

    def _combine(self, features):
        """Return the features of all layers as one tensor."""
        return torch.cat(features, dim=1)

    def forward(self, images):
        """Return features ``(n, D, ...)``.

        Raises
        ------
        LayerError
            If a layer is not reached, or returns something else than it should.
        """
        parts = images.split(self._batch_size(images))
        return torch.cat([self._combine(self._features(part)) for part in parts])

    def _batch_size(self, images):
        if self.training or images.device.type not in ("cpu", "meta"):
            return max(len(images), 1)
        return max(PIXELS // (images.shape[2] * images.shape[3]), 1)

    def _features(self, images):
        """Return the features of every layer."""
        shape, n = tuple(images.shape[2:]), len(images)
        if self.layers is None:
            described = self._see(None, self.module(images), shape)
            return [_join([described], n, self._named(None))]
        found = {name: [] for name in self.layers}

        def keep(name, output):
            found[name].append(self._see(name, output, shape))

        with watching(self.module, self.layers, keep):
            self.module(images)
        return [_join(found[name], n, self._named(name)) for name in self.layers]

    def _see(self, name, output, image_shape):
        named = self._named(name)
        values = by_position(output, image_shape, self._is_normed, named)
        return self._describe(values, named)

    def _named(self, name):
        network = type(self.module).__name__
        if name is None:
            return f"The backbone {network}"
        return f"The layer {name!r} of {network}"


def holds_layer_norms(module):
    """Say whether a network may have its channels last."""
    return any(isinstance(layer, nn.LayerNorm) for layer in module.modules())


@contextmanager
def watching(module, layers, keep):
    """Call ``keep(name, output)`` whenever one of the layers has returned."""
    modules = dict(module.named_modules())
    # Two threads that score with one network would see each other's outputs.
    with _ONE_AT_A_TIME:
        handles = [
            modules[name].register_forward_hook(partial(_hook, keep, name))
            for name in layers
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def _hook(keep, name, module, inputs, output):
    keep(name, output)


def _join(parts, n, named):
    """Return the rows of n images from the outputs of a layer, call after call."""
    if not parts:
        raise LayerError(
            f"{named} is not reached when images go through the network; wanted one "
            "that is called. Name another, such as the one that holds it; layers of "
            "scripted or compiled networks are never seen."
        )
    rows = [len(part) for part in parts]
    if sum(rows) == n:
        return torch.cat(parts)
    if rows[-1] == n:
        return parts[-1]
    raise LayerError(
        f"{named} returns {rows[-1]} rows for {n} images; wanted one for each image, "
        "first axis n. Name another layer."
    )


def _check_layers(layers, module):
    known = [name for name, _ in module.named_modules() if name]
    if not isinstance(layers, list | tuple) or not layers:
        raise ValueError(
            "layers must be None, 'stages', 'middle' or a list of names, got "
            f"{layers!r}.{_meant(layers, known)} {_listing(module, known)}"
        )
    for name in layers:
        if name not in known:
            raise ValueError(
                f"{type(module).__name__} has no layer {name!r}."
                f"{_meant(name, known)} {_listing(module, known)}"
            )
    twice = {name for name in layers if layers.count(name) > 1}
    if twice:
        raise ValueError(f"layers name {min(twice)!r} twice; wanted each once.")


def _meant(name, known):
    close = get_close_matches(name, known, n=3) if isinstance(name, str) else []
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


def _listing(module, known):
    """List the outer layers: a large network has hundreds of inner ones."""
    outer = sorted(known, key=lambda name: name.count("."))[:MAX_NAMES]
    names = [name for name in known if name in outer]
    more = len(known) - len(names)
    rest = f" and {more} more inside them" if more else ""
    return f"{type(module).__name__} has {', '.join(names)}{rest}."

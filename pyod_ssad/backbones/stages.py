"""The layers to take when none are named: those that end the stages of a network."""

from collections import defaultdict
from math import log2

import torch
from torch import nn

from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.outputs import holds_layer_norms, watching
from pyod_ssad.backbones.positions import LayerError, is_channels_last
from pyod_ssad.backbones.probing import count_features

N_BLOCKS = 4
"""Blocks of a transformer, whose tokens keep their resolution, that are taken."""

FINEST = 48
"""Positions a side of the grids that tell where something is."""

POOLING = nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d


def find_stages(module, image_size, name=None):
    """Return the names of the layers that end the stages of a network.

    Parameters
    ----------
    module : torch.nn.Module
    image_size : int
        Of the square image that goes through the network once.
    name : object, optional (default=None)
        The backbone as it was given, for messages.

    Returns
    -------
    layers : list of str
        For `LayerFeatures`, in the order in which they return.

    Raises
    ------
    ValueError
        If the network fails at this size, or has no layers with positions.

    Notes
    -----
    A block is a layer of at least two convolutions or linear layers, so that stems
    and the wide convolution before a classifier are none. Of the outermost blocks
    that do not change the resolution on their way, those are taken after which the
    number of channels or the resolution changes: ``layer1`` to ``layer4`` of a
    ResNet, seven of an EfficientNet. Without blocks of several resolutions, as in a
    VGG, it is the last layer at each resolution. Resolutions are powers of two, so
    that borders lost to a convolution make none; maps of one position are no stage.

    Of a transformer, whose last layers return tokens, four blocks are taken: those
    at a quarter, half, three quarters and the end of the way.
    """
    return _stages(module, image_size, _record(module, image_size, name))


def _stages(module, image_size, outputs):
    """Return the stages of a network whose layers returned these shapes."""
    layers = dict(module.named_modules())
    tokens = _find_tokens(outputs, layers)
    if tokens:
        return _spread(_find_blocks(tokens, layers))
    # What pools to a fixed size may make a map larger again.
    outputs = {k: v for k, v in outputs.items() if not isinstance(layers[k], POOLING)}
    maps = _find_maps(outputs, image_size, holds_layer_norms(module))
    blocks = {key: value for key, value in maps.items() if _is_block(layers[key])}
    stages = _stages_of_blocks(blocks) or _last_by_resolution(maps)
    if not stages:
        raise LayerError(
            f"{type(module).__name__} has no layer that returns maps (n, d, h, w) of "
            f"images of image_size={image_size} pixels, so that layers='stages' finds "
            "none; wanted such a network. Use layers=None, name layers, or use larger "
            "images."
        )
    return stages


def find_middle_stages(module, image_size, name=None):
    """Return the names of the layers whose grids tell where something is.

    Parameters
    ----------
    module, image_size, name
        As for `find_stages`.

    Returns
    -------
    layers : list of str
        Of the stages, the last ones at the finest two resolutions of at most 48 x 48
        positions: of 256 pixels, those at an eighth and a sixteenth, ``layer2`` and
        ``layer3`` of a ResNet. Of a transformer, the blocks at half and three quarters
        of the way.

    Raises
    ------
    ValueError
        As `find_stages`.
    """
    outputs = _record(module, image_size, name)
    stages = _stages(module, image_size, outputs)
    found = {key: outputs[key] for key in stages}
    maps = _find_maps(found, image_size, holds_layer_norms(module))
    if not maps:
        return stages[1:3] or stages
    last = {halvings: key for key, (halvings, _) in maps.items()}
    coarse = [h for h in sorted(last) if image_size <= FINEST * 2**h]
    return [last[h] for h in coarse[:2] or [max(last)]]


def _record(module, image_size, name):
    """Return the shapes of maps and tokens by layer, in the order of their return."""
    recorder = _Recorder(module)
    device = next(module.parameters(), torch.empty(0)).device
    encoder = Encoder(recorder).to(device).train(module.training)
    count_features(encoder, image_size, name)
    return recorder.shapes


class _Recorder(nn.Module):
    """A backbone of one feature, 0, that remembers what its layers returned."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, images):
        self.shapes = {}
        layers = [name for name, _ in self.module.named_modules() if name]
        # Of two images, which tells their maps from tables of weights.
        with watching(self.module, layers, self._keep):
            self.module(images.repeat(2, 1, 1, 1))
        return images.new_zeros(len(images), 1)

    def _keep(self, name, output):
        shape = tuple(getattr(output, "shape", ()))
        if len(shape) in (3, 4) and shape[0] == 2:
            self.shapes.pop(name, None)
            self.shapes[name] = shape


def _find_tokens(shapes, layers):
    """Return the layers, made of others, that return tokens, if the last one does."""
    composed = [key for key in shapes if any(True for _ in layers[key].children())]
    if not composed or len(shapes[composed[-1]]) != 3:
        return []
    return [key for key in composed if len(shapes[key]) == 3]


def _find_maps(shapes, image_size, is_normed):
    """Return (how often the resolution was halved, channels) by layer."""
    square, maps = (image_size, image_size), {}
    for layer, shape in shapes.items():
        if len(shape) != 4 or shape[2] not in (shape[1], shape[3]):
            continue  # No map of a square image.
        last = is_channels_last(shape, square, is_normed, f"The layer {layer!r}")
        side, channels = (shape[1], shape[3]) if last else (shape[2], shape[1])
        if side > 1:
            maps[layer] = (round(log2(image_size / side)), channels)
    return maps


def _is_block(layer):
    weighted = [m for m in layer.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    return len(weighted) > 1


def _stages_of_blocks(blocks):
    """Return the blocks after which the resolution or the channels change."""
    if len({halvings for halvings, _ in blocks.values()}) < 2:
        return []
    steady = [key for key in blocks if len(_resolutions_inside(key, blocks)) == 1]
    outermost = [key for key in steady if not _is_inside_any(key, steady)]
    following = [blocks[key] for key in outermost[1:]] + [None]
    return [
        key
        for key, after in zip(outermost, following, strict=True)
        if blocks[key] != after
    ]


def _last_by_resolution(maps):
    last = {halvings: key for key, (halvings, _) in maps.items()}
    return list(last.values())


def _resolutions_inside(layer, blocks):
    inside = [key for key in blocks if key == layer or _is_inside(key, layer)]
    return {blocks[key][0] for key in inside}


def _is_inside_any(layer, layers):
    return any(_is_inside(layer, other) for other in layers)


def _is_inside(layer, other):
    return layer.startswith(f"{other}.")


def _find_blocks(tokens, layers):
    """Return the blocks of a transformer: the outermost layers of one class."""
    of_class = defaultdict(list)
    for key in tokens:
        of_class[type(layers[key])].append(key)
    repeated = [keys for keys in of_class.values() if len(keys) > 1]
    return min(repeated, key=lambda keys: keys[0].count("."), default=tokens[-1:])


def _spread(blocks):
    ends = {-(-len(blocks) * k // N_BLOCKS) - 1 for k in range(1, N_BLOCKS + 1)}
    return [blocks[i] for i in sorted(ends)]

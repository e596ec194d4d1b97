"""Colour jitter as one affine map of the colours of each image."""

import math

import torch

from pyod_ssad.augmentations.base import Augmentation, check_number, uniform

LUMA = (0.299, 0.587, 0.114)


class ColorJitter(Augmentation):
    """Change brightness, contrast, saturation and hue of every image a little.

    Parameters
    ----------
    strength : float in [0, 1], optional (default=0.1)
        Brightness, contrast and saturation are scaled by factors from
        ``[1 - strength, 1 + strength]``.
    hue : float in [0, 0.5], optional (default=None)
        The hue turns by up to this fraction of the full circle either way; None takes
        `strength`, but at most 0.5, which is every hue.
    p : float in [0, 1], optional (default=1.0)
        Probability that an image is changed; below 1 for views of normal images,
        where pseudo anomalies want 1.

    Notes
    -----
    With factors b, c, s and the hue rotation R about the grey axis, a colour x
    becomes ``R (s I + (1 - s) 1 l') (c b x) + (1 - c) b m``, where l are the luma
    weights and m is the image's mean luma, clipped to [0, 1]. Every step is affine
    in the colour, so one 3 x 3 matrix an image does the whole jitter in a single
    product. Libraries turn the hue in HSV space and clip after each step, or draw
    once for the whole batch. On grey images only brightness and contrast act.
    """

    def __init__(self, strength=0.1, hue=None, p=1.0):
        super().__init__()
        self.strength = check_number("strength", strength, 0.0, 1.0)
        self.hue = None if hue is None else check_number("hue", hue, 0.0, 0.5)
        self.p = check_number("p", p, 0.0, 1.0)

    def sample(self, shape, generator=None):
        """Draw factors and a hue angle (radians) an image."""
        n, strength = shape[0], self.strength
        hue = min(strength, 0.5) if self.hue is None else self.hue
        names = ("brightness", "contrast", "saturation")
        factors = {
            name: uniform(n, 1 - strength, 1 + strength, generator) for name in names
        }
        turn = uniform(n, -hue, hue, generator)
        return self._leave_some({**factors, "hue": 2 * math.pi * turn}, generator)

    def apply(self, images, parameters):
        """Apply the factors; see `Augmentation.apply`."""
        scale = parameters["brightness"] * parameters["contrast"]
        mean = _mean_luma(images) * parameters["brightness"]
        offset = mean * (1 - parameters["contrast"])
        if images.shape[1] == 3:
            images = _mix_channels(images, _colour_matrix(parameters))
        scaled = images * scale[:, None, None, None] + offset[:, None, None, None]
        return scaled.clamp(0, 1)

    def _leave_some(self, drawn, generator):
        """Replace the draws of images that are not to be changed."""
        # What always changes draws nothing for it: later draws stay as they were.
        if self.p == 1:
            return drawn
        is_left = torch.rand(len(drawn["hue"]), generator=generator) >= self.p
        return {
            name: value.masked_fill(is_left, 0.0 if name == "hue" else 1.0)
            for name, value in drawn.items()
        }


def _mean_luma(images):
    means = images.mean(dim=(2, 3))
    if means.shape[1] == 1:
        return means[:, 0]
    return means @ means.new_tensor(LUMA)


def _colour_matrix(parameters):
    saturation = parameters["saturation"][:, None, None]
    luma = saturation.new_tensor(LUMA).expand(3, 3)
    identity = torch.eye(3, device=luma.device)
    saturate = saturation * identity + (1 - saturation) * luma
    return _hue_rotation(parameters["hue"]) @ saturate


def _hue_rotation(angle):
    """Return ``(n, 3, 3)`` rotations of the colours about the grey axis (1, 1, 1)."""
    cosine, sine = angle.cos()[:, None, None], angle.sin()[:, None, None]
    identity = torch.eye(3, device=angle.device)
    cross = (identity.roll(1, 0) - identity.roll(-1, 0)) / math.sqrt(3)
    return cosine * identity + sine * cross + (1 - cosine) / 3


def _mix_channels(images, matrix):
    n, c, height, width = images.shape
    mixed = matrix @ images.reshape(n, c, height * width)
    return mixed.reshape(n, c, height, width)

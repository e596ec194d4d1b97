"""Whether a backbone can be used, found out on one image before training."""

import torch

from pyod_ssad.backbones.positions import LayerError

SIZES = (64, 96, 128, 224, 256, 299, 384, 518)
"""Image sizes to look for one that works."""


def count_features(encoder, image_size, name=None):
    """Return the number of features that an encoder gives for square images.

    Parameters
    ----------
    encoder : Encoder
    image_size : int
    name : object, optional (default=None)
        The backbone as it was given, for messages; None names its class.

    Raises
    ------
    ValueError
        If the backbone fails, returns something else than it should, or NaN. The
        message names an image size that works, if there is one.
    """
    was_training = encoder.training
    encoder.eval()
    try:
        features = _probe(encoder, image_size, name)
    finally:
        encoder.train(was_training)
    return features.shape[1]


@torch.no_grad()
def _probe(encoder, image_size, name):
    named = repr(type(encoder.backbone).__name__ if name is None else name)
    inputs = encoder.scale(_ramp(image_size).to(encoder.mean.device))
    try:
        features = encoder.backbone(inputs)
    except LayerError:  # It says itself what is wrong, and images are not.
        raise
    except Exception as error:
        raise ValueError(_explain(encoder, image_size, named, error)) from error
    features = encoder.pool(features, 1)
    # On the meta device there are shapes and no values.
    if not features.is_meta and not features.isfinite().all():
        raise ValueError(
            f"backbone={named} returned NaN or infinite features for a grey ramp; "
            "wanted finite ones. Its weights may be damaged, or it divides by zero."
        )
    return features


def _ramp(image_size):
    # No constant image: a backbone may divide by its standard deviation.
    values = torch.linspace(0, 1, 3 * image_size**2)
    return values.view(1, 3, image_size, image_size)


def _explain(encoder, image_size, named, error):
    """Return what was wrong, from trying other images."""
    if _works(encoder.backbone, encoder.scale(_ramp(image_size))[:, :1]):
        return (
            f"backbone={named} takes images of one channel; wanted three, as grey "
            "images are repeated three times. Give its first layer three channels, or "
            "put one in front that returns images.mean(dim=1, keepdim=True)."
        )
    for size in SIZES:
        if size != image_size and _works(encoder.backbone, encoder.scale(_ramp(size))):
            return (
                f"backbone={named} does not take images of image_size={image_size} "
                f"pixels ({_short(error)}). Use image_size={size}, which works, or "
                "another backbone."
            )
    return (
        f"backbone={named} failed on a batch of the shape (1, 3, {image_size}, "
        f"{image_size}): {_short(error)}. Wanted a module that maps images "
        "(n, 3, H, W) to features (n, d) or (n, d, h, w)."
    )


def _works(backbone, inputs):
    try:
        backbone(inputs)
    except Exception:
        return False
    return True


def _short(error):
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}".removesuffix(".")

"""Resizing batches of images to one square size."""

from torchvision.transforms.v2 import functional as F


def resize(images, size):
    """Resize uint8 images ``(n, C, H, W)`` to ``(n, C, size, size)``, antialiased."""
    if images.shape[-2:] == (size, size):
        return images
    return F.resize(images, [size, size], antialias=True)

"""Bringing images to one square size."""

from torchvision.transforms.v2 import functional as F


def resize(images, size):
    """Resize uint8 images ``(n, C, H, W)`` to ``(n, C, size, size)``, antialiased.

    With ``size=None`` they keep their own height and width.
    """
    if size is None or images.shape[-2:] == (size, size):
        return images
    return F.resize(images, [size, size], antialias=True)


def resize_picture(picture, n_channels, size):
    """Resize a PIL image to uint8 ``(n_channels, size, size)``.

    A grey one repeats its channel where `n_channels` is 3.
    """
    picture = picture.convert("L" if n_channels == 1 else "RGB")
    return resize(F.pil_to_tensor(picture), size)

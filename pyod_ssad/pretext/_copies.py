"""Several transformed copies of every image."""

import torch


def draw_copies(transforms, n_images, copies, generator):
    """Return which transform makes each of several copies of every image.

    Parameters
    ----------
    transforms : FiniteAugmentation
    n_images : int
    copies : int or None
        How many different transforms are drawn for every image; None takes all, and
        draws nothing.
    generator : torch.Generator

    Returns
    -------
    index : int64 tensor of shape (copies * n_images,)
        On the CPU: the first copy of each image, the second of each, and so on, as
        `repeat` orders them.
    """
    n_transforms = transforms.n_transforms
    check_copies(copies, n_transforms)
    if copies is None:
        return torch.arange(n_transforms).repeat_interleave(n_images)
    order = torch.rand(n_images, n_transforms, generator=generator).argsort(dim=1)
    return order[:, :copies].T.flatten()


def repeat(images, n):
    """Return n copies of a batch, one after the other."""
    return images.repeat(n, 1, 1, 1)


def check_copies(copies, n_transforms):
    """Check how many transforms are drawn.

    Raises
    ------
    ValueError
        If it is neither None nor an integer from 2 to `n_transforms`.
    """
    if copies is None or (isinstance(copies, int) and 2 <= copies <= n_transforms):
        return
    raise ValueError(
        f"copies must be None, for all transforms, or an integer from 2 to "
        f"{n_transforms}, of which that many are drawn for a step, got {copies!r}."
    )

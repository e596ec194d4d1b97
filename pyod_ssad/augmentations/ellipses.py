"""Turned coordinates and elliptic distances: the geometry of the smooth shapes."""

import torch


def turned_offsets(shape, centre, angle):
    """Return each pixel's offset from a centre, along and across a direction.

    Parameters
    ----------
    shape : tuple (n, C, H, W)
    centre : torch.Tensor of shape (n, 2)
        Column and row, as fractions of the image's sides.
    angle : torch.Tensor of shape (n,)
        Direction in degrees, from the columns' axis towards the rows'.

    Returns
    -------
    along, across : tensors of shape (n, H, W)
        In fractions of the image's sides.
    """
    x, y = _offsets(shape, centre)
    angle = torch.deg2rad(angle)[:, None, None]
    along = x * angle.cos() + y * angle.sin()
    across = y * angle.cos() - x * angle.sin()
    return along, across


def elliptic_distance(shape, parameters):
    """Return the squared distance ``(n, H, W)`` in units of a patch's sides.

    Parameters
    ----------
    shape : tuple (n, C, H, W)
    parameters : dict of str to torch.Tensor
        ``patch_area``, ``aspect``, ``angle`` (degrees) and ``centre``, one an image.

    Notes
    -----
    ``u'u`` with ``u = diag(1 / w, 1 / h) R(angle)' d`` for a pixel at offset d from
    the centre, ``w = sqrt(area * aspect)`` and ``h = sqrt(area / aspect)``.
    """
    along, across = turned_offsets(shape, parameters["centre"], parameters["angle"])
    area = parameters["patch_area"][:, None, None]
    aspect = parameters["aspect"][:, None, None]
    return (along**2 / aspect + across**2 * aspect) / area


def _offsets(shape, centre):
    height, width = shape[2:]
    options = {"device": centre.device, "dtype": centre.dtype}
    x = (torch.arange(width, **options) + 0.5) / width
    y = (torch.arange(height, **options) + 0.5) / height
    return (x - centre[:, :1])[:, None, :], (y - centre[:, 1:])[:, :, None]

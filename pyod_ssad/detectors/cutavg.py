"""The CutAvg detector."""

from pyod_ssad.augmentations import CutAvg
from pyod_ssad.detectors._patch import PatchSSAD


class CutAvgSSAD(PatchSSAD):
    """Tell images from images with a box of its mean colour.

    Parameters
    ----------
    contamination : float or pythresh object, optional (default=0.1)
        The expected share of anomalies in the training data.
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The box's fraction of the image area; a pair is drawn from log-uniformly,
        anew for every image.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the box; a pair is drawn from log-uniformly.
    image_size, backbone, weights, density, steps, batch_size, optimizer, lr, jitter, \
    precision, device, image_shape, channels, random_state, verbose
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    Notes
    -----
    ``AugmentationSSAD(CutAvg(patch_area, aspect))`` with a shorter name; see
    `pyod_ssad.augmentations.CutAvg`.

    References
    ----------
    .. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An alignment validation loss
       for self-supervised outlier model selection", ECML PKDD 2023.
    """

    _augmentation_class = CutAvg

"""The CutPaste detector."""

from pyod_ssad.augmentations import CutPaste
from pyod_ssad.detectors._patch import PatchSSAD


class CutPasteSSAD(PatchSSAD):
    """Tell images from images with a displaced patch.

    Parameters
    ----------
    contamination : float or pythresh object, optional (default=0.1)
        The expected share of anomalies in the training data.
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The patch's fraction of the image area; a pair is drawn from log-uniformly,
        anew for every image.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the patch; a pair is drawn from log-uniformly.
    image_size, backbone, weights, density, steps, batch_size, optimizer, lr, jitter, \
    precision, device, image_shape, channels, random_state, verbose
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    Notes
    -----
    ``AugmentationSSAD(CutPaste(patch_area, aspect))`` with a shorter name; see
    `pyod_ssad.augmentations.CutPaste`.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, section 2.
    """

    _augmentation_class = CutPaste

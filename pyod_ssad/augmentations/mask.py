"""Lost pixels."""

import torch

from pyod_ssad.augmentations.base import Augmentation, check_range, uniform


class Mask(Augmentation):
    """Set random pixels of every image to black.

    Parameters
    ----------
    share : float or pair of floats, optional (default=0.1)
        Probability of a pixel to be set, within 0.001 and 1; a pair is drawn from
        uniformly.

    Notes
    -----
    Pixels are set independently of each other, all channels of one together, where
    the code of [1]_ sets every channel on its own, which also tints. Black pixels stay
    as they are: on images that are mostly black, little changes.

    References
    ----------
    .. [1] J. Yoo, T. Zhao and L. Akoglu, "Data augmentation is a hyperparameter:
       Cherry-picked self-supervision for unsupervised anomaly detection is creating
       the illusion of success", TMLR 2023.
    """

    def __init__(self, share=0.1):
        super().__init__()
        self.share = check_range("share", share, 0.001, 1.0)

    def sample(self, shape, generator=None):
        """Draw a share an image, and the pixels."""
        n, _, height, width = shape
        share = uniform(n, *self.share, generator)
        drawn = torch.rand(n, 1, height, width, generator=generator)
        return {"lost": drawn < share[:, None, None, None]}

    def apply(self, images, parameters):
        """Blacken each image's pixels; see `Augmentation.apply`."""
        return images.masked_fill(parameters["lost"], 0.0)

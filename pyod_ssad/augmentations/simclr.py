"""The augmentations that contrastive learning makes its views with."""

from pyod_ssad.augmentations.base import Augmentation, check_number
from pyod_ssad.augmentations.chain import Chain
from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.augmentations.crop import Crop
from pyod_ssad.augmentations.flip import Flip
from pyod_ssad.augmentations.grayscale import Grayscale


class SimCLR(Augmentation):
    """Crop, flip, jitter and grey every image, as SimCLR does.

    Parameters
    ----------
    strength : float in [0, 1], optional (default=0.4)
        Of the colour jitter: that of brightness, contrast and saturation; the hue
        turns by up to a quarter of it.
    area : float or pair of floats, optional (default=(0.2, 1.0))
        Of the crops, as in `Crop`.
    flip : float in [0, 1], optional (default=0.5)
        Probability of a horizontal flip. 0 where flips are told apart, as with
        distribution augmentation by flips.

    Notes
    -----
    A resized crop; a horizontal flip; a colour jitter with probability 0.8; grey with
    probability 0.2. The defaults are those of SSD [2]_; CSI [3]_ has areas from 0.08.
    [1]_ has a strength of 0.8, areas from 0.08 and, for large images, a blur, which
    ``Chain([SimCLR(), Blur()])`` adds.

    References
    ----------
    .. [1] T. Chen, S. Kornblith, M. Norouzi and G. Hinton, "A simple framework for
       contrastive learning of visual representations", ICML 2020, appendix A.
    .. [2] V. Sehwag, M. Chiang and P. Mittal, "SSD: A unified framework for
       self-supervised outlier detection", ICLR 2021.
    .. [3] J. Tack, S. Mo, J. Jeong and J. Shin, "CSI: Novelty detection via contrastive
       learning on distributionally shifted instances", NeurIPS 2020.
    """

    def __init__(self, strength=0.4, area=(0.2, 1.0), flip=0.5):
        super().__init__()
        self.strength = check_number("strength", strength, 0.0, 1.0)
        self.flip = check_number("flip", flip, 0.0, 1.0)
        crop = Crop(area)
        self.area = crop.area
        jitter = ColorJitter(self.strength, hue=self.strength / 4, p=0.8)
        self._steps = Chain([crop, Flip(p=self.flip), jitter, Grayscale(p=0.2)])

    def sample(self, shape, generator=None):
        """Draw each step; see `Augmentation.sample`."""
        return self._steps.sample(shape, generator)

    def apply(self, images, parameters):
        """Apply each step; see `Augmentation.apply`."""
        return self._steps.apply(images, parameters)

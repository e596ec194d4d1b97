"""The CutDiff detector."""

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.augmentations.cutdiff import DSV_SIGMA
from pyod_ssad.base import BaseSSAD


class CutDiffSSAD(BaseSSAD):
    """Tell images from images with a smooth dark blob.

    Parameters
    ----------
    contamination : float or pythresh object, optional (default=0.1)
        The expected share of anomalies in the training data.
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The patch's fraction of the image area; a pair is drawn from log-uniformly,
        anew for every image.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the patch; a pair is drawn from log-uniformly.
    angle : float or pair of floats, optional (default=0.0)
        Rotation of the patch in degrees; a pair is drawn from uniformly.
    sigma : float, optional (default=sqrt(0.1))
        Standard deviation of the blob in units of the patch's sides.
    image_size, backbone, weights, density, steps, batch_size, optimizer, lr, jitter, \
    precision, device, image_shape, channels, random_state, verbose
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    Notes
    -----
    ``AugmentationSSAD(CutDiff(patch_area, aspect, angle, sigma))`` with a shorter
    name; see `pyod_ssad.augmentations.CutDiff`.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023, Algorithm 2.
    """

    def __init__(
        self,
        contamination=0.1,
        patch_area=(0.02, 0.15),
        aspect=(0.3, 3.3),
        angle=0.0,
        sigma=DSV_SIGMA,
        image_size=64,
        backbone="small_cnn",
        weights=None,
        density="gaussian",
        steps=400,
        batch_size=32,
        optimizer="adamw",
        lr=1e-3,
        jitter=0.1,
        precision="auto",
        device="cpu",
        image_shape=None,
        channels=None,
        random_state=None,
        verbose=0,
    ):
        super().__init__(
            contamination=contamination,
            image_size=image_size,
            backbone=backbone,
            weights=weights,
            density=density,
            steps=steps,
            batch_size=batch_size,
            optimizer=optimizer,
            lr=lr,
            jitter=jitter,
            precision=precision,
            device=device,
            image_shape=image_shape,
            channels=channels,
            random_state=random_state,
            verbose=verbose,
        )
        self.patch_area = patch_area
        self.aspect = aspect
        self.angle = angle
        self.sigma = sigma

    def _make_augmentation(self):
        return CutDiff(self.patch_area, self.aspect, self.angle, self.sigma)

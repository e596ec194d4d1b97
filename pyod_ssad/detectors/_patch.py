"""The base of the detectors whose augmentation is a patch."""

from pyod_ssad.base import BaseSSAD


class PatchSSAD(BaseSSAD):
    """A detector with a patch augmentation of some area and aspect.

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
        See `pyod_ssad.AugmentationSSAD`.
    """

    _augmentation_class = None

    def __init__(
        self,
        contamination=0.1,
        patch_area=(0.02, 0.15),
        aspect=(0.3, 3.3),
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

    def _make_augmentation(self):
        return self._augmentation_class(self.patch_area, self.aspect)

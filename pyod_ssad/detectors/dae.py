"""The denoising autoencoder."""

from dataclasses import KW_ONLY, dataclass

from pyod_ssad.augmentations import make_augmentation
from pyod_ssad.base import BaseSSAD
from pyod_ssad.maps.residual_stage import ResidualStage
from pyod_ssad.pretext.denoising import Denoising


@dataclass(eq=False, repr=False)
class DAE(BaseSSAD):
    """Reconstruct images from augmented ones; the error is the score [1]_.

    Parameters
    ----------
    augmentation : str, Augmentation, transform, callable or None, \
optional (default="noise")
        What is to be undone, as in `AugmentationSSAD`; None makes a plain autoencoder.
    jitter : float in [0, 0.5], optional (default=0.0)
        Of the images before, which is reconstructed too.
    density : {"reconstruction", "gaussian", ...} or PyOD detector, \
optional (default="reconstruction")
        What scores: the mean squared error of the image that was not augmented; or a
        second stage on the embeddings, as in `AugmentationSSAD`.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    Notes
    -----
    `anomaly_map` returns the squared error of each pixel, the mean over channels of
    values in [0, 1], unless `density` is of the embeddings.

    All that the decoder gets are the pooled features of the encoder. The authors'
    settings are ``DAE(augmentation, lr=1e-3, batch_size=1024)`` for 256 epochs.

    References
    ----------
    .. [1] J. Yoo, T. Zhao and L. Akoglu, "Data augmentation is a hyperparameter:
       Cherry-picked self-supervision for unsupervised anomaly detection is creating the
       illusion of success", TMLR 2023.
    """

    augmentation: object = "noise"
    _: KW_ONLY
    jitter: float = 0.0
    density: object = "reconstruction"

    _own_scores = ("reconstruction",)

    def _make_augmentation(self):
        if self.augmentation is None:
            return None
        return make_augmentation(self.augmentation)

    def _make_pretext(self, augmentation):
        return Denoising(augmentation, self.image_size)

    def _map_stage(self, augmentation, seed=None):
        if self.density != "reconstruction":
            return super()._map_stage(augmentation, seed)
        return ResidualStage(self._make_pretext(augmentation), self.score_from)

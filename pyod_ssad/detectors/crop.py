"""Crops of images, told from augmented crops, and scored one by one."""

from dataclasses import KW_ONLY, dataclass
from functools import partial
from types import MappingProxyType

import torch

from pyod_ssad.augmentations import make_augmentation
from pyod_ssad.base import BaseSSAD
from pyod_ssad.maps import build_patch_density
from pyod_ssad.maps.crop_stage import CropStage
from pyod_ssad.parameters import check_integer


@dataclass(eq=False, repr=False)
class CropSSAD(BaseSSAD):
    """Tell crops from augmented crops, then score the crops of an image [1]_.

    Small defects are large in a crop, and where a crop is anomalous, the defect is.

    Parameters
    ----------
    augmentation : str, Augmentation, transform or callable, \
optional (default="cutpaste")
        What is done to a crop, as in `AugmentationSSAD`.
    crop : int, optional (default=32)
        Side of the crops, in pixels of an image of `image_size`.
    stride : int, optional (default=8)
        From one crop to the next, in pixels, where images are scored.
    image_size : int, optional (default=96)
    density : {"gaussian", "coreset", "position_gaussian", "subspace"} or PyOD \
detector, optional (default="gaussian")
        What scores the embedding of a crop; see `PatchFeatures`.
    score_from : {"map_top", "map_max", "image"}, optional (default="map_top")
        As in `PatchFeatures`, of crops.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    Notes
    -----
    In training every image gives one crop, at a place that is drawn anew for every
    batch. Scoring embeds ``((image_size - crop) // stride + 1) ** 2`` crops of each
    image. `transform` returns the embeddings of whole images.

    The authors have crops of 64 of 256 pixels, and a stride of 4.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, Section 2.4.
    """

    augmentation: object = "cutpaste"
    crop: int = 32
    stride: int = 8
    _: KW_ONLY
    image_size: int = 96
    density: object = "gaussian"
    score_from: str = "map_top"

    _checks_that_do_not_fit = MappingProxyType(
        {"check_a_gaussian_of_the_embeddings_can_score": "Densities see crops."}
    )

    @classmethod
    def _test_params(cls):
        small = {"augmentation": "cutout", "crop": 12, "stride": 4}
        return {**super()._test_params(), **small}

    def _check_parameters(self):
        super()._check_parameters()
        check_integer("crop", self.crop, 8)
        check_integer("stride", self.stride, 1)
        if self.crop > self.image_size:
            raise ValueError(
                f"crop={self.crop} is larger than image_size={self.image_size}; wanted "
                "crops within an image. Choose a smaller crop, or larger images."
            )

    def _make_augmentation(self):
        return make_augmentation(self.augmentation)

    def _batch_loss(self, augmentation, *more_data):
        of_images = super()._batch_loss(augmentation, *more_data)

        def loss(forward, images, generator):
            return of_images(
                forward, crop_randomly(images, self.crop, generator), generator
            )

        return loss

    def _image_stage(self, augmentation, seed):
        return self._map_stage(augmentation, seed)

    def _map_stage(self, augmentation, seed=None):
        make = partial(build_patch_density, self.density, self.score_from, seed)
        return CropStage(make, self.crop, self.stride)


def crop_randomly(images, side, generator):
    """Return a square crop of each image, at a place of its own.

    Parameters
    ----------
    images : tensor of shape (n, C, H, W)
    side : int
    generator : torch.Generator
        On the CPU.
    """
    height, width = images.shape[2:]
    n = len(images)
    top = torch.randint(height - side + 1, (n, 1, 1), generator=generator)
    left = torch.randint(width - side + 1, (n, 1, 1), generator=generator)
    rows = (top + torch.arange(side)[None, :, None]).to(images.device)
    columns = (left + torch.arange(side)[None, None, :]).to(images.device)
    picked = images[
        torch.arange(n, device=images.device)[:, None, None], :, rows, columns
    ]
    return picked.permute(0, 3, 1, 2)

"""The network of a detector: tensors in a file, the architecture made by its class."""

import copy

import torch

from pyod_ssad.persistence.errors import ModelFileError
from pyod_ssad.seeding import seeded

LARGEST_SIDE = 512
"""Of the image that counts features, where this cannot be done without memory."""


def restore_network(detector, tensors):
    """Return a detector's network with these weights.

    Parameters
    ----------
    detector : BaseImageDetector
        With its parameters and whatever else was fitted.
    tensors : dict of str to tensor

    Raises
    ------
    ModelFileError
        If the detector's parameters make a network of other tensors.

    Notes
    -----
    The network is first made without memory, and gets some when its tensors have the
    names and shapes of those of the file: no file can ask for more than it holds.
    """
    network = _make(_without_weights(detector), tensors)
    _check_tensors(network.state_dict(), tensors)
    if _is_on_meta(network):
        network = network.to_empty(device="cpu")
    network.load_state_dict(tensors)
    return network.eval()


def _without_weights(detector):
    """Return a copy that makes the network of the fit, and downloads nothing."""
    bare = copy.copy(detector)
    bare.weights = None
    bare.image_size = detector.image_size_
    return bare


def _make(detector, tensors):
    """Return a network, without memory if possible."""
    cpu = torch.device("cpu")
    with seeded(0, cpu):
        if isinstance(detector.backbone, str):
            try:
                with torch.device("meta"):
                    network = _make_once(detector)
                if _is_all_state(network):
                    return network
            except NotImplementedError:  # It computes with tensors: RegNets do.
                _check_affordable(detector.backbone, tensors)
        detector.image_size = min(detector.image_size, LARGEST_SIDE)
        return _make_once(detector)


def _make_once(detector):
    augmentation = getattr(detector, "augmentation_", None)
    return detector._make_network(augmentation, detector._fitted_shape)


def _is_all_state(network):
    """Say whether all buffers are among the weights, which fill what is empty."""
    return {name for name, _ in network.named_buffers()} <= set(network.state_dict())


def _is_on_meta(network):
    return any(tensor.is_meta for tensor in network.state_dict().values())


def _check_affordable(backbone, tensors):
    """Raise if a backbone of torchvision is far larger than what the file holds."""
    from torchvision import models

    wanted = models.get_model_weights(backbone).DEFAULT.meta["num_params"]
    held = sum(tensor.numel() for tensor in tensors.values())
    # The last layer, which is counted here, is not part of the network.
    if wanted > 2 * held + 10_000_000:
        raise ModelFileError(
            f"The backbone {backbone!r} has {wanted} weights, and the file {held}."
        )


def _check_tensors(wanted, got):
    if set(wanted) != set(got):
        different = sorted(set(wanted) ^ set(got))
        raise ModelFileError(
            f"The weights are not those of the network that the parameters make: "
            f"{len(different)} names differ, among them {different[0]!r}. {MEND}"
        )
    for name, tensor in got.items():
        expected = wanted[name]
        if (tensor.shape, tensor.dtype) != (expected.shape, expected.dtype):
            raise ModelFileError(
                f"The weights {name!r} are {_describe(tensor)}; the network that the "
                f"parameters make has {_describe(expected)}. {MEND}"
            )
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise ModelFileError(
                f"The weights {name!r} hold values that are not finite."
            )


MEND = (
    "If you save: backbone or another parameter was set after fit; set it back or fit "
    "anew. If you load: pass the very factory that the detector was fitted with, or "
    "get the file anew."
)


def _describe(tensor):
    return f"{tuple(tensor.shape)} of {tensor.dtype}"

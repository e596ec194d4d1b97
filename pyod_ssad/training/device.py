"""Which device to work on."""

import torch


def resolve_device(device):
    """Return a `torch.device`; "auto" takes CUDA where there is one.

    Raises
    ------
    ValueError
        If the device does not exist here.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        resolved = torch.device(device)
        torch.empty(0, device=resolved)
    except (RuntimeError, TypeError, AssertionError) as error:
        raise ValueError(
            f"device={device!r} cannot be used here ({error}). Use 'cpu' or 'auto'."
        ) from error
    return resolved

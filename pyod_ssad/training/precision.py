"""In which precision to train."""

import torch

PRECISIONS = ("auto", "float32", "bfloat16")
LARGE = 2_000_000


def autocast(device, precision, network):
    """Return the autocast context of a precision, for a network on a device.

    Notes
    -----
    "auto" takes bfloat16 on GPUs that have it. On processors that have it, it takes
    bfloat16 for networks of at least two million parameters, where it was faster on
    all that were measured. For smaller ones it was faster on some and slower on
    others: they take float32 on every processor, so that a seed means the same.
    """
    enabled = precision == "bfloat16" or (
        precision == "auto" and gains_from_bfloat16(device, network)
    )
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled)


def gains_from_bfloat16(device, network):
    """Say whether a network is faster in bfloat16, without timing it."""
    if not has_fast_bfloat16(device):
        return False
    return device.type == "cuda" or count_parameters(network) >= LARGE


def count_parameters(network):
    """Return how many numbers a network learns."""
    return sum(parameter.numel() for parameter in network.parameters())


def has_fast_bfloat16(device):
    """Say whether a device multiplies bfloat16 faster than float32."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        return _cpu_has("amx_tile") or _cpu_has("avx512_bf16")
    return False


def _cpu_has(feature):
    if hasattr(torch.cpu, "get_capabilities"):
        return bool(torch.cpu.get_capabilities().get(feature, False))
    probe = getattr(torch.cpu, f"_is_{feature}_supported", None)
    return bool(probe and probe())

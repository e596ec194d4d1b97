"""In which precision to train."""

import torch

PRECISIONS = ("auto", "float32", "bfloat16")


def autocast(device, precision):
    """Return the autocast context of a precision on a device."""
    enabled = precision == "bfloat16" or (
        precision == "auto" and has_fast_bfloat16(device)
    )
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled)


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

"""Named groups of constructor arguments."""

from types import MappingProxyType

PAPER_SETTINGS = MappingProxyType(
    {
        "backbone": "resnet18",
        "image_size": 256,
        "optimizer": "sgd",
        "lr": 0.03,
        "steps": 10_000,
        "batch_size": 32,
    }
)
"""The settings of the CutPaste and DSV papers: ``CutPasteSSAD(**PAPER_SETTINGS)``."""

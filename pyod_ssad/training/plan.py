"""How to train, without what to train."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where to compute, and with which seed.

    Parameters
    ----------
    device : torch.device
    seed : int
        Of weights, batches and augmentations.
    verbose : {0, 1, 2}
        Silent, a progress bar, or a line for every row of the history.
    """

    device: torch.device
    seed: int
    verbose: int = 0


@dataclass(frozen=True, kw_only=True)
class TrainingPlan(Plan):
    """How to train, without what to train.

    Parameters
    ----------
    device, seed, verbose
        As in `Plan`.
    steps : int
        Gradient updates.
    batch_size : int
        Source images an update.
    optimizer : {"adamw", "sgd"}
        AdamW with a one-cycle schedule, or SGD with momentum 0.9 and cosine decay.
    lr : float
        The largest learning rate of the schedule.
    precision : {"auto", "float32", "bfloat16"}
        bfloat16 means autocast; "auto" takes it where the device is fast at it.
    """

    steps: int
    batch_size: int
    optimizer: str
    lr: float
    precision: str

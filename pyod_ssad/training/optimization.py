"""Optimizers and their schedules."""

import torch


def make_optimizer(parameters, plan):
    """Return the optimizer and the learning-rate schedule of a plan.

    Raises
    ------
    ValueError
        If the optimizer's name is unknown.
    """
    steps = max(int(plan.steps), 1)  # OneCycleLR takes no integer of NumPy.
    if plan.optimizer == "adamw":
        optimizer = torch.optim.AdamW(parameters, lr=plan.lr, weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=plan.lr, total_steps=steps + 1
        )
    elif plan.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            parameters, lr=plan.lr, momentum=0.9, weight_decay=3e-5
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    else:
        raise ValueError(f"optimizer must be 'adamw' or 'sgd', got {plan.optimizer!r}.")
    return optimizer, schedule

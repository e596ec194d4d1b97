"""The training loop."""

import torch

from pyod_ssad.images.levels import to_unit
from pyod_ssad.training.optimization import make_optimizer
from pyod_ssad.training.precision import autocast
from pyod_ssad.training.recorder import Recorder


def train(network, loss_function, images, plan):
    """Train a network in place.

    Parameters
    ----------
    network : torch.nn.Module
        On the plan's device, and left there in eval mode.
    loss_function : callable (forward, images, generator) -> dict of str to tensor
        Named terms, which are added. `forward` is the network in the plan's
        precision, with float32 outputs; `images` is a float batch in [0, 1].
    images : tensor of shape (n, C, H, W)
        The training images, uint8, or float in [0, 1], on the plan's device.
    plan : TrainingPlan

    Returns
    -------
    history : list of dict
        About twenty rows: ``step``, the mean of each term since the last row,
        ``lr``, and ``seconds`` since the start.

    Raises
    ------
    FloatingPointError
        If the loss is no longer finite.
    """
    optimizer, schedule = make_optimizer(network.parameters(), plan)
    generator = torch.Generator().manual_seed(plan.seed)
    recorder = Recorder(plan)
    network.train()

    def forward(inputs):
        with autocast(plan.device, plan.precision, network):
            return network(inputs).float()

    for rows in batches(len(images), plan, generator):
        batch = to_unit(images[rows.to(images.device)])
        terms = loss_function(forward, batch, generator)
        update(sum(terms.values()), optimizer)
        recorder.add(terms, schedule.get_last_lr()[0])
        schedule.step()
    recorder.close()
    network.eval()
    return recorder.rows


def update(loss, optimizer):
    """Make one gradient update."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def batches(n_images, plan, generator):
    """Yield ``plan.steps`` index tensors of ``plan.batch_size``.

    Images come in random order, every one once before any comes again; a batch
    larger than the data set holds images more than once.
    """
    waiting = torch.empty(0, dtype=torch.long)
    for _ in range(plan.steps):
        while len(waiting) < plan.batch_size:
            order = torch.randperm(n_images, generator=generator)
            waiting = torch.cat([waiting, order])
        yield waiting[: plan.batch_size]
        waiting = waiting[plan.batch_size :]

"""How fast training is beside the bare network.

The bare network's forward, backward and update run on ready tensors, in the precision
and memory format that training uses.
"""

import numpy as np
import pandas as pd
import torch
from torch.nn import functional as F
from tqdm.auto import tqdm

from benchmark.common.timing import time_in_turn
from pyod_ssad.detectors import DETECTORS
from pyod_ssad.training import autocast, make_optimizer, train, update


def measure_training(options):
    """Return images per second of both, and the ratio.

    Parameters
    ----------
    options : argparse.Namespace
        Of `benchmark.speed`.

    Returns
    -------
    table : DataFrame
        A row for each detector and image size; ``ratio`` is the median over the pairs
        timed in turn.
    """
    pairs = [(name, size) for name in options.detectors for size in options.image_sizes]
    return pd.DataFrame([_measure(*pair, options) for pair in tqdm(pairs, "training")])


def _measure(name, image_size, options):
    detector = DETECTORS[name](
        image_size=image_size,
        backbone=options.backbone,
        steps=options.steps,
        batch_size=options.batch_size,
        device=options.device,
        precision=options.precision,
        random_state=0,
    )
    plan = detector._make_plan()
    augmentation = detector._make_augmentation()
    shape = (3, image_size, image_size)
    network = detector._make_network(augmentation, shape).to(plan.device)
    images = torch.randint(0, 256, (200, *shape), dtype=torch.uint8)
    runs = {
        "bare": _bare_run(network, image_size, plan),
        "training": _training_run(detector, network, images.to(plan.device), plan),
    }
    seconds = time_in_turn(runs, options.repeats, plan.device)
    return _row(name, image_size, options, seconds)


def _bare_run(network, image_size, plan):
    optimizer, _ = make_optimizer(network.parameters(), plan)
    n = 2 * plan.batch_size
    inputs = torch.rand(n, 3, image_size, image_size, device=plan.device)
    inputs = inputs.contiguous(memory_format=torch.channels_last)
    target = torch.arange(n, device=plan.device) % 2

    def run():
        network.train()
        for _ in range(plan.steps):
            with autocast(plan.device, plan.precision, network):
                logits = network.head(network.encoder.backbone(inputs)).float()
            update(F.cross_entropy(logits, target), optimizer)

    return run


def _training_run(detector, network, images, plan):
    loss = detector._batch_loss(detector._make_augmentation())
    return lambda: train(network, loss, images, plan)


def _row(name, image_size, options, seconds):
    images = options.steps * options.batch_size * 2
    return {
        "detector": name,
        "backbone": options.backbone,
        "image_size": image_size,
        "bare_images_per_second": images / seconds["bare"].median(),
        "training_images_per_second": images / seconds["training"].median(),
        "ratio": np.median(seconds["bare"] / seconds["training"]),
    }

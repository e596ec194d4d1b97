"""What an iteration of ST-SSAD costs, in plain training steps of the same batch.

All are in float32, as tuning always is. With less than twenty iterations a timing, the
copy of the network that tuning keeps of every better one after these is left out.
"""

import dataclasses
import itertools

import pandas as pd
import torch
from tqdm.auto import tqdm

from benchmark.common.timing import time_in_turn
from pyod_ssad import STSSAD, Tuning
from pyod_ssad.augmentations import CutDiff
from pyod_ssad.self_tuning.lookahead import Hyperparameters
from pyod_ssad.self_tuning.tuner import Tuner
from pyod_ssad.training import train

ORDERS = ("first", "second")
START = {"patch_area": 0.01, "aspect": 1.0, "angle": 0.0}


def measure_tuning(options):
    """Return milliseconds of a plain step and of iterations of both orders.

    Parameters
    ----------
    options : argparse.Namespace
        Of `benchmark.speed`.

    Returns
    -------
    table : DataFrame
        A row for each backbone and image size; a ``ratio`` is the median, over what
        was timed in turn, of an iteration's time to the plain step's.
    """
    pairs = itertools.product(options.tuning_backbones, options.tuning_image_sizes)
    return pd.DataFrame([_measure(*pair, options) for pair in tqdm([*pairs], "tuning")])


def _measure(backbone, image_size, options):
    detector = STSSAD(
        image_size=image_size,
        backbone=backbone,
        steps=options.steps,
        # So many without a better one never come, as tuning waits first.
        tuning=Tuning(iterations=options.steps, patience=options.steps),
        batch_size=options.batch_size,
        device=options.device,
        precision="float32",
        random_state=0,
    )
    plan = detector._make_plan()
    size = (2, 200, 3, image_size, image_size)
    data = torch.randint(0, 256, size, dtype=torch.uint8).to(plan.device)
    runs = {"plain": _plain_run(detector, data[0], plan)}
    runs |= {order: _tuning_run(detector, order, data, plan) for order in ORDERS}
    seconds = time_in_turn(runs, options.repeats, plan.device)
    return _row(detector, seconds)


# Each run has a network of its own, or the one's learning rate could lead the others'
# losses astray.
def _plain_run(detector, images, plan):
    network = detector._make_network(CutDiff(), images.shape[1:]).to(plan.device)
    loss = detector._batch_loss(CutDiff().fixed_at(START))
    return lambda: train(network, loss, images, plan)


def _tuning_run(detector, order, data, plan):
    network = detector._make_network(CutDiff(), data.shape[2:]).to(plan.device)
    values = Hyperparameters(CutDiff(), START, device=plan.device)
    tuning = dataclasses.replace(detector._make_tuning_plan(), order=order)
    generator = torch.Generator().manual_seed(plan.seed)
    tuner = Tuner(network, values, detector._batch_loss, tuning, generator)
    return lambda: tuner.run(*data)


def _row(detector, seconds):
    milliseconds = 1000 * seconds.median() / detector.steps
    ratios = seconds.div(seconds["plain"], axis=0).median()
    return {
        "backbone": detector.backbone,
        "image_size": detector.image_size,
        "batch_size": detector.batch_size,
        **{f"{name}_ms": milliseconds[name] for name in ("plain", *ORDERS)},
        **{f"{order}_ratio": ratios[order] for order in ORDERS},
    }

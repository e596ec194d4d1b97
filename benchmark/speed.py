"""How fast training is beside the bare network: ``python -m benchmark.speed``.

The bare network's forward, backward and update run on ready tensors, in the precision
and memory format that training uses. Both are timed in turn, so that a change of the
machine's speed meets both alike; the median ratio of the pairs is what counts.
"""

import argparse
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch.nn import functional as F
from tqdm.auto import tqdm

from benchmark.arguments import integers, names
from model_selection import to_markdown
from pyod_ssad.detectors import DETECTORS
from pyod_ssad.training import autocast, make_optimizer, resolve_device, train, update


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.speed", description=__doc__)
    parser.add_argument("--image-sizes", type=integers, default=(64, 128, 256))
    parser.add_argument("--backbone", default="resnet18")
    parser.add_argument("--detectors", type=names, default=("CutPasteSSAD",))
    parser.add_argument("--batch-size", type=int, default=32, help="source images")
    parser.add_argument("--steps", type=int, default=3, help="updates a timing")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--out", type=Path, default=Path("results/speed"))
    return parser.parse_args(arguments)


def measure(name, image_size, options):
    """Return one row: images per second of both, and their ratio."""
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
    network = detector._make_network().to(plan.device)
    images = torch.randint(0, 256, (200, 3, image_size, image_size), dtype=torch.uint8)
    runs = {
        "bare": _bare_run(network, image_size, plan),
        "training": _training_run(detector, network, images.to(plan.device), plan),
    }
    for run in runs.values():
        run()
    seconds = [
        {k: _time(run, plan.device) for k, run in runs.items()}
        for _ in range(options.repeats)
    ]
    return _row(name, image_size, options, pd.DataFrame(seconds))


def _bare_run(network, image_size, plan):
    optimizer, _ = make_optimizer(network.parameters(), plan)
    n = 2 * plan.batch_size
    inputs = torch.rand(n, 3, image_size, image_size, device=plan.device)
    inputs = inputs.contiguous(memory_format=torch.channels_last)
    target = torch.arange(n, device=plan.device) % 2

    def run():
        network.train()
        for _ in range(plan.steps):
            with autocast(plan.device, plan.precision):
                logits = network.head(network.encoder.backbone(inputs)).float()
            update(F.cross_entropy(logits, target), optimizer)

    return run


def _training_run(detector, network, images, plan):
    loss = detector._batch_loss(detector._make_augmentation())
    return lambda: train(network, loss, images, plan)


def _time(run, device):
    _synchronize(device)
    start = time.perf_counter()
    run()
    _synchronize(device)
    return time.perf_counter() - start


def _synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


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


def main(arguments=None):
    """Measure, print and save the table."""
    options = parse_arguments(arguments)
    pairs = [(name, size) for name in options.detectors for size in options.image_sizes]
    table = pd.DataFrame(
        [measure(*pair, options) for pair in tqdm(pairs, desc="timing")]
    )
    device = (
        torch.cuda.get_device_name()
        if resolve_device(options.device).type == "cuda"
        else f"{platform.processor() or platform.machine()}, "
        f"{torch.get_num_threads()} threads"
    )
    print(f"\n{device}, torch {torch.__version__}\n\n{to_markdown(table)}")
    options.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(options.out / "speed.csv", index=False, float_format="%.4g")
    return table


if __name__ == "__main__":
    main()

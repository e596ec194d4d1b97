"""How fast training, tuning and the criteria are: ``python -m benchmark.speed``.

Training is timed beside the bare network, an iteration of tuning beside a plain
training step. What is compared is timed in turn, so that a change of the machine's
speed meets all alike; the median of the ratios is what counts.
"""

import argparse
import platform
from pathlib import Path

import torch

from benchmark.common.arguments import integers, names
from benchmark.speed.criteria import measure_criteria
from benchmark.speed.training import measure_training
from benchmark.speed.tuning import measure_tuning
from model_selection import to_markdown
from pyod_ssad.training import resolve_device

TABLES = {
    "training": (measure_training, "speed.csv"),
    "tuning": (measure_tuning, "tuning.csv"),
    "criteria": (lambda _: measure_criteria(), "criteria.csv"),
}


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.speed", description=__doc__)
    parser.add_argument("--tables", type=_tables, default=tuple(TABLES))
    parser.add_argument("--image-sizes", type=integers, default=(64, 128, 256))
    parser.add_argument("--backbone", default="resnet18")
    parser.add_argument("--detectors", type=names, default=("CutPasteSSAD",))
    parser.add_argument(
        "--tuning-backbones", type=names, default=("small_cnn", "resnet18")
    )
    parser.add_argument("--tuning-image-sizes", type=integers, default=(64,))
    parser.add_argument("--batch-size", type=int, default=32, help="source images")
    parser.add_argument(
        "--steps", type=int, default=3, help="updates, or iterations, a timing"
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="auto", help="of training")
    parser.add_argument("--out", type=Path, default=Path("results/speed"))
    return parser.parse_args(arguments)


def _tables(text):
    chosen = names(text)
    if unknown := [name for name in chosen if name not in TABLES]:
        raise argparse.ArgumentTypeError(
            f"unknown {', '.join(unknown)}; wanted some of {', '.join(TABLES)}"
        )
    return chosen


def main(arguments=None):
    """Measure, print and save the tables."""
    options = parse_arguments(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    print(_describe(options.device))
    return {name: _make_table(name, options) for name in options.tables}


def _describe(device):
    device = resolve_device(device)
    name = (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else f"{platform.processor() or platform.machine()}, "
        f"{torch.get_num_threads()} threads"
    )
    return f"{name}, torch {torch.__version__}"


def _make_table(name, options):
    measure, file = TABLES[name]
    table = measure(options)
    print(f"\n{name}\n\n{to_markdown(table)}", flush=True)
    table.to_csv(options.out / file, index=False, float_format="%.4g")
    return table

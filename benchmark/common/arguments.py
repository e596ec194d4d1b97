"""Command-line arguments that the benchmarks share."""

from pathlib import Path

import joblib

from benchmark.common.data import find_objects
from pyod_ssad.datasets import load_mvtec_style
from pyod_ssad.parameters import CALIBRATIONS
from pyod_ssad.training import PRECISIONS


def names(text):
    """Split words at commas."""
    return tuple(part.strip() for part in text.split(","))


def numbers(text):
    """Split numbers at commas."""
    return tuple(float(part) for part in text.split(","))


def integers(text):
    """Split integers at commas."""
    return tuple(int(part) for part in text.split(","))


def add_contest(parser, available):
    """Add which detectors to fit on what, and how; `check_contest` looks at them.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    available : list of str
        The names of the detectors.
    """
    parser.add_argument("--data", metavar="ROOT", help="folder as MVTec AD has it")
    parser.add_argument("--objects", type=names, help="names with commas; default all")
    parser.add_argument(
        "--detectors", type=names, default=available, help="with commas; default all"
    )
    parser.add_argument("--steps", type=int, help="updates; default: each detector's")
    parser.add_argument(
        "--calibration",
        choices=CALIBRATIONS,
        default=CALIBRATIONS[0],
        help="how thresholds are made; nothing else depends on it",
    )
    add_fitting(parser)


def check_contest(parser, options, available):
    """End with the parser's error for unknown detectors; count the jobs.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    options : argparse.Namespace
    available : list of str
    """
    if unknown := set(options.detectors) - set(available):
        parser.error(f"unknown detectors {sorted(unknown)}; wanted {available}")
    check_data(parser, options.data, options.objects)
    options.n_jobs = count_jobs(options)


def add_fitting(parser):
    """Add how and where to fit; `count_jobs` fills in --n-jobs if it is left out."""
    parser.add_argument("--image-size", type=int, help="pixels")
    parser.add_argument("--seeds", type=integers, default=(0,), help="with commas")
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help="of training"
    )
    add_n_jobs(parser)


def add_n_jobs(parser):
    """Add how many detectors to fit at once."""
    parser.add_argument(
        "--n-jobs",
        type=int,
        help="how many detectors to fit at once; each has one thread whatever this is, "
        "so it changes no table. Default: all cores on the CPU, 1 on a GPU",
    )


def add_out(parser, default):
    """Add the folder of the tables."""
    parser.add_argument("--out", type=Path, help=f"folder; default {default}")


def count_jobs(options):
    """Return how many detectors to fit at once."""
    if options.n_jobs is not None:
        return options.n_jobs
    return joblib.cpu_count() if options.device == "cpu" else 1


def check_data(parser, root, objects=None):
    """End with the parser's error unless --data has the layout of MVTec AD.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    root : str or None
        None, for the packaged images, is fine.
    objects : sequence of str, optional (default=None)
        The objects that are wanted; None for all that are there.
    """
    if root is None:
        return
    try:
        for name in objects or find_objects(root):
            load_mvtec_style(root, name)
    except (OSError, ValueError) as error:
        parser.error(f"argument --data: {error}")

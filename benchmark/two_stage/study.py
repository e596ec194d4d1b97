"""One-class classification: train once, and score by every second stage.

One class of a labelled data set is normal, all others are anomalous. Every detector is
trained once for each class; its embeddings are scored by a Gaussian, a kernel density,
a one-class SVM and the nearest neighbour, and by the detector's own scores.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from benchmark.common.arguments import add_fitting, add_out, count_jobs, names
from benchmark.common.store import Job, run_jobs
from benchmark.common.tables import print_table, save_tables
from benchmark.two_stage import contenders
from benchmark.two_stage.contenders import DETECTORS, make_detector
from benchmark.two_stage.stages import fit_and_score
from benchmark.two_stage.tables import make_tables
from pyod_ssad.datasets import load_one_class
from pyod_ssad.datasets.one_class import class_names

DATA = ("fashion_mnist", "cifar10", "cifar100", "svhn", "digits")


@dataclass(frozen=True)
class Run:
    """One fit.

    Parameters
    ----------
    normal : str
        The normal class.
    detector : str
        A name of `contenders.DETECTORS`.
    seed : int
    """

    normal: str
    detector: str
    seed: int


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.two_stage", description=__doc__)
    parser.add_argument("--data", choices=DATA, default=DATA[0])
    parser.add_argument("--root", help="the folder of the set's files")
    parser.add_argument(
        "--classes", type=names, help="normal ones, with commas; default all"
    )
    parser.add_argument(
        "--detectors", type=names, default=tuple(DETECTORS), help="default all"
    )
    parser.add_argument("--steps", type=int, help="updates; default: each detector's")
    parser.add_argument("--batch-size", type=int, help="default: each detector's")
    parser.add_argument("--backbone", default="small_cnn")
    parser.add_argument("--n-train", type=int, help="images of a class; default all")
    parser.add_argument("--n-test", type=int, help="images; default all")
    add_fitting(parser)
    add_out(parser, "results/two_stage/DATA")
    parser.set_defaults(image_size=32)
    options = parser.parse_args(arguments)
    if unknown := set(options.detectors) - set(DETECTORS):
        parser.error(f"unknown detectors {sorted(unknown)}; wanted {list(DETECTORS)}")
    known = class_names(options.data)
    options.classes = options.classes or known
    if unknown := set(options.classes) - set(known):
        parser.error(f"unknown classes {sorted(unknown)}; wanted {list(known)}")
    try:
        load(options, options.classes[:1])
    except (OSError, ValueError) as error:
        parser.error(f"argument --data: {error}")
    options.out = options.out or Path("results/two_stage") / options.data
    options.n_jobs = count_jobs(options)
    return options


def load(options, classes):
    """Return the data of each of some normal classes."""
    numbers = {"n_train": options.n_train, "n_test": options.n_test}
    return {
        name: load_one_class(options.data, name, root=options.root, **numbers)
        for name in classes
    }


def make_runs(options):
    """Return a run for each class, detector and seed."""
    return [
        Run(normal, detector, seed)
        for detector in options.detectors
        for normal in options.classes
        for seed in options.seeds
    ]


def make_job(run, data, options):
    """Return the fit of a run. It sees the test images, and no label."""
    detector = make_detector(run.detector, run.seed, options)
    modules = (contenders,)
    return Job(fit_and_score, detector, data.X_train, data.X_test, modules=modules)


def main(arguments=None):
    """Run the study and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    data, runs = load(options, options.classes), make_runs(options)
    jobs = [make_job(run, data[run.normal], options) for run in runs]
    print(f"{len(jobs)} fits of {len(data)} classes", flush=True)
    results = run_jobs(jobs, options.out / "fits", options.n_jobs, "fitting detectors")
    # All is scored: labels are read from here on.
    tables = make_tables(runs, results, data)
    save_tables(tables, options.out)
    print_table("AUC by normal class", tables["by_class"].round(3).reset_index())
    print_table("Mean over classes", tables["summary"].round(3).reset_index())
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables

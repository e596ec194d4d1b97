"""How many good images do thresholds flag, and how many anomalies?

For several numbers of training images, detectors and seeds: false alarms on good
images of the same source that were held out from everything, on the good test images,
which may be of another source, and the detection rate. Without --data on packaged
photographs; ``--data ROOT`` takes a folder in the layout of MVTec AD.
"""

import argparse
import time
from pathlib import Path

from benchmark.common.arguments import add_fitting, count_jobs, integers, names, numbers
from benchmark.common.data import load_objects
from benchmark.common.store import run_jobs
from benchmark.common.tables import print_table, save_tables
from benchmark.dsv.zoo import patch_detectors
from benchmark.thresholds.fits import make_job, make_runs
from benchmark.thresholds.tables import rate_table, summary_table

NUMBERS = (30, 60, 100, 300, 700)
DETECTORS = ("cutout", "cutdiff", "cutpaste")


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.thresholds", description=__doc__)
    parser.add_argument("--data", metavar="ROOT", help="folder as MVTec AD has it")
    parser.add_argument("--objects", type=names, help="names with commas; default all")
    parser.add_argument(
        "--n-train",
        type=integers,
        default=NUMBERS,
        help="numbers of training images, with commas; three quarters of the images "
        "where an object has fewer than the least",
    )
    parser.add_argument("--detectors", type=names, default=DETECTORS)
    parser.add_argument("--patch-area", type=numbers, default=(0.005, 0.05))
    parser.add_argument("--steps", type=int, default=400, help="gradient updates")
    add_fitting(parser)
    parser.set_defaults(seeds=(0, 1, 2), image_size=64)
    parser.add_argument("--out", type=Path, default=Path("results/thresholds"))
    options = parser.parse_args(arguments)
    unknown = set(options.detectors) - set(patch_detectors())
    if unknown:
        parser.error(
            f"unknown detectors {sorted(unknown)}; wanted {list(patch_detectors())}"
        )
    options.n_jobs = count_jobs(options)
    return options


def main(arguments=None):
    """Run the study and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    objects = load_objects(options.data, options.objects, options.image_size)
    runs = make_runs(options, objects)
    jobs = [make_job(run, objects[run.object_name], options) for run in runs]
    print(f"{len(jobs)} detectors on {len(objects)} objects", flush=True)
    results = run_jobs(jobs, options.out / "fits", options.n_jobs, "fitting detectors")
    # Every threshold is set: labels are read from here on.
    rates = rate_table(runs, results, objects)
    tables = {"rates": rates, "summary": summary_table(rates)}
    save_tables(tables, options.out)
    print_table(
        "False alarms on good images that were held out, at a contamination of 0.1",
        tables["summary"].round(3).reset_index(),
    )
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables

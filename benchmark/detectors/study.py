"""Which detector for which anomaly?

Every image detector on every object of a folder in the layout of MVTec AD, with the
settings that a user gets, one task for each kind of defect: AUC, and beside it the good
test images that are flagged. Without --data on packaged photographs.
"""

import argparse
import time
from functools import partial
from pathlib import Path

from benchmark.common.arguments import add_contest, add_out, check_contest
from benchmark.common.data import load_objects
from benchmark.common.runs import make_runs
from benchmark.common.store import run_jobs
from benchmark.common.tables import print_table, save_tables
from benchmark.detectors.contenders import available
from benchmark.detectors.fits import make_jobs
from benchmark.detectors.tables import make_tables

OUT = Path("results/detectors")
DEFAULT_SIZE = 64
"""Pixels at which the objects are loaded for their labels alone."""


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.detectors", description=__doc__)
    add_contest(parser, available())
    add_out(parser, OUT)
    parser.set_defaults(out=OUT)
    options = parser.parse_args(arguments)
    check_contest(parser, options, available())
    return options


def main(arguments=None):
    """Run the study and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    load = partial(load_objects, options.data, options.objects)
    objects = load(DEFAULT_SIZE)
    runs = make_runs(options, objects)
    jobs = make_jobs(runs, load, options)
    print(f"{len(jobs)} fits on {len(objects)} objects", flush=True)
    results = run_jobs(jobs, options.out / "fits", options.n_jobs, "fitting detectors")
    # All is scored and decided: labels are read from here on.
    tables = make_tables(runs, results, objects)
    save_tables(tables, options.out)
    print_table("AUC", tables["auc"].round(3).T.reset_index())
    print_table("Mean over tasks", tables["summary"].round(3).reset_index())
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables

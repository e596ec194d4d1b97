"""Where is the defect?

The anomaly map of every detector on every object of a folder in the layout of MVTec AD:
AUC of images by the detector's own score and by its map, pixel metrics against the
masks, seconds, memory, and the size of a file. Without --data on packaged photographs.
"""

import argparse
import time
from functools import partial
from pathlib import Path

from benchmark.common.arguments import add_contest, add_out, check_contest, names
from benchmark.common.data import load_objects
from benchmark.common.runs import make_runs
from benchmark.common.store import run_jobs
from benchmark.common.tables import print_table, save_tables
from benchmark.localization.contenders import available
from benchmark.localization.figures import draw_examples
from benchmark.localization.fits import make_jobs
from benchmark.localization.tables import make_tables

OUT = Path("results/localization")


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.localization", description=__doc__)
    add_contest(parser, available())
    parser.add_argument(
        "--map-size", type=int, default=128, help="pixels of maps and masks"
    )
    parser.add_argument(
        "--examples",
        type=names,
        default=(),
        help="detectors whose maps of six images a kind are drawn; default none",
    )
    add_out(parser, OUT)
    parser.set_defaults(out=OUT)
    options = parser.parse_args(arguments)
    check_contest(parser, options, available())
    if unknown := set(options.examples) - set(options.detectors):
        parser.error(
            f"argument --examples: {sorted(unknown)} are not among --detectors, which "
            f"are {list(options.detectors)}."
        )
    return options


def main(arguments=None):
    """Run the study and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    load = partial(load_objects, options.data, options.objects)
    objects = load(options.map_size)
    runs = make_runs(options, objects)
    jobs = make_jobs(runs, load, options)
    print(f"{len(jobs)} fits on {len(objects)} objects", flush=True)
    results = run_jobs(jobs, options.out / "fits", options.n_jobs, "fitting detectors")
    # All is scored and drawn: labels and masks are read from here on.
    tables = make_tables(runs, results, objects, options.n_jobs)
    save_tables(tables, options.out)
    draw_examples(runs, results, objects, options.examples, options.out)
    print_table("Objects", tables["objects"].round(3))
    print_table("Mean over objects", tables["summary"].round(3).reset_index())
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables

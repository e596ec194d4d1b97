"""Which criterion picks the best of very different detectors?

Detectors with ImageNet weights and detectors from scratch on every object of a folder
in the layout of MVTec AD, one task for each kind of defect: AUC of what each criterion
picks without labels, and regret against the best, beside "always the same" and random.
Without --data on packaged photographs.
"""

import argparse
import time
from functools import partial
from pathlib import Path

from benchmark.common.arguments import add_contest, add_out, check_contest
from benchmark.common.data import load_objects, make_tasks
from benchmark.common.runs import make_runs
from benchmark.common.store import run_jobs
from benchmark.common.tables import print_table, save_tables
from benchmark.selection.contenders import available
from benchmark.selection.fits import make_jobs
from benchmark.selection.judging import judge
from benchmark.selection.tables import by_object, make_models, make_picks, summarize

OUT = Path("results/selection")
DEFAULT_SIZE = 64
"""Pixels at which the objects are loaded for their labels alone."""


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.selection", description=__doc__)
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
    tasks = [t for data in objects.values() for t in make_tasks(data, per_kind=True)]
    losses = judge(runs, results, tasks)
    # All is judged: labels are read from here on.
    models = make_models(runs, results, objects, tasks)
    picks = make_picks(losses, models, runs, results, objects, tasks)
    tables = {
        "models": models,
        "losses": losses,
        "picks": picks,
        "objects": by_object(picks),
        "summary": summarize(picks),
    }
    save_tables(tables, options.out)
    print_table("AUC by object, everything", tables["objects"].round(3))
    print_table("Regret", tables["summary"].round(3))
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables

"""Compare hypergradients for ST-SSAD: their errors, and what they lead to.

Two tables of hypergradients (error and cost), and four of end-to-end runs. Digits and
textures are packaged; ``--data`` names a folder with pcb and cookies in the layout of
MVTec AD, whose tasks are left out without it. An interrupted run goes on where it was.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import joblib

from benchmark.common.arguments import add_n_jobs, check_data, integers
from benchmark.common.false_alarms import FALSE_ALARMS
from benchmark.orders.fits import fit_all
from benchmark.orders.quality import cost_table, make_place, quality_table
from benchmark.orders.tables import mean_tables, test_table, tidy_results
from benchmark.orders.tasks import OBJECTS, load_tasks
from benchmark.orders.variants import VARIANTS
from model_selection import to_markdown
from pyod_ssad import Tuning

AREAS = (0.01, 0.1)
ANGLES = (45.0, 135.0)
PLACES = {"patches": 2, "turns": 1, "digits": 1}
"""How many tasks of a suite are places for hypergradients."""

QUICK = {"n_starts": 1, "steps": 2, "tuning": Tuning(warm_start=2, iterations=2)}
QUICK_DRAWS = 2


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.orders", description=__doc__)
    parser.add_argument("--data", metavar="ROOT", help="a folder with pcb and cookies")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only show that everything runs: a task a suite, two iterations and draws",
    )
    parser.add_argument("--seeds", type=integers, default=(10,), help="with commas")
    parser.add_argument("--draws", type=int, default=64, help="a hypergradient")
    parser.add_argument("--out", type=Path, default=Path("results/st_ssad/orders"))
    add_n_jobs(parser)
    options = parser.parse_args(arguments)
    check_data(parser, options.data, OBJECTS)
    if options.n_jobs is None:
        options.n_jobs = joblib.cpu_count()
    if options.quick:
        options.draws = QUICK_DRAWS
    return options


def choose_tasks(options):
    """Return all tasks, or one a suite with hardly any training."""
    tasks = load_tasks(options.data)
    if not options.quick:
        return tasks
    first = {task.suite: task for task in reversed(tasks)}.values()
    return [
        replace(task, parameters={**task.parameters, **QUICK})
        for task in reversed(first)
    ]


def make_places(tasks, seed):
    """Return warmed-up networks where hypergradients are compared."""
    chosen = [
        task
        for suite, n in PLACES.items()
        for task in [task for task in tasks if task.suite == suite][:n]
    ]
    return [make_place(task, start, seed) for task in chosen for start in starts(task)]


def starts(task):
    """Return the hyperparameters at which a task's hypergradients are compared."""
    if task.suite == "patches":
        return [{"patch_area": area, "aspect": 1.0, "angle": 0.0} for area in AREAS]
    return [{"angle": angle} for angle in ANGLES]


def main(arguments=None):
    """Run the study and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    tasks = choose_tasks(options)
    fits = fit_all(tasks, list(VARIANTS), options)
    places = make_places(tasks, options.seeds[0])
    tables = {
        "hypergradients": quality_table(places, options.draws),
        "cost": cost_table(places),
    }
    # Everything is tuned and chosen: labels are read from here on.
    tables["results"] = tidy_results(fits, tasks)
    tables |= mean_tables(tables["results"])
    tables["wilcoxon"] = test_table(tables["results"])
    save_tables(tables, options.out)
    print_tables(tables)
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables


def save_tables(tables, folder):
    """Write every table as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        has_index = name not in ("results", "hypergradients")
        table.to_csv(folder / f"{name}.csv", index=has_index, float_format="%.6g")


def print_tables(tables):
    """Print all but the single runs."""
    titles = {
        "hypergradients": "Hypergradients against the mean of exact ones over draws",
        "cost": "Cost of an iteration, in plain training steps",
        "auc": "Mean AUC (tasks)",
        "error": "Mean error of the learned area or angle, as a share of its range",
        **FALSE_ALARMS,
        "wilcoxon": "Better than first order? (one-sided Wilcoxon, Holm)",
    }
    for name, title in titles.items():
        table = tables[name]
        if name == "hypergradients":
            table = table.set_index(["place", "hypergradient"])
        print(f"\n{title}\n\n{to_markdown(table)}")

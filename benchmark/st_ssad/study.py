"""Tune augmentations towards unlabelled images, and print the paper's tables.

``--suite demo`` and ``--suite digits`` run on packaged images; ``folders`` takes a
folder in the layout of MVTec AD as ``--data``; ``fashion_mnist`` and ``svhn`` take the
folder with their files. An interrupted run goes on where it was.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmark.common.arguments import (
    add_fitting,
    add_out,
    check_data,
    count_jobs,
    names,
)
from benchmark.common.tables import print_table, save_tables
from benchmark.st_ssad.contenders import OURS, make_contenders
from benchmark.st_ssad.pictures import save_pictures
from benchmark.st_ssad.report import (
    add_family_choices,
    auc_table,
    check_table,
    false_alarm_table,
    learned_table,
    tidy_results,
)
from benchmark.st_ssad.runs import run_all
from benchmark.st_ssad.suites import SUITES
from model_selection import wilcoxon_table

QUICK_TASKS = 5


def parse_arguments(arguments=None):
    """Read the command line; what is not given depends on the suite."""
    parser = argparse.ArgumentParser(prog="benchmark.st_ssad", description=__doc__)
    parser.add_argument("--suite", choices=SUITES, default="demo")
    parser.add_argument("--data", metavar="ROOT", help="where the suite's files are")
    parser.add_argument(
        "--objects", type=names, help="objects or normal classes with commas"
    )
    parser.add_argument(
        "--quick", action="store_true", help="5 tasks, one seed, one start"
    )
    parser.add_argument("--tasks", type=names, help="such as digits_6/9; default all")
    parser.add_argument("--methods", type=names, help="columns with commas; ours stays")
    parser.add_argument("--backbone", default="tiny_cnn")
    add_fitting(parser)
    add_out(parser, "results/st_ssad/SUITE")
    options = parser.parse_args(arguments)
    if options.suite in ("folders", "svhn") and options.data is None:
        parser.error(f"--suite {options.suite} needs --data ROOT, where its images are")
    if options.suite == "folders":
        check_data(parser, options.data, options.objects)
    if options.image_size is None:
        options.image_size = SUITES[options.suite].image_size
    if options.out is None:
        options.out = Path("results/st_ssad") / options.suite
    options.n_jobs = count_jobs(options)
    if options.quick:
        options.seeds = options.seeds[:1]
    return options


def choose_suite(options):
    """Return the suite; a quick one tunes from a single start."""
    suite = SUITES[options.suite]
    if not options.quick:
        return suite
    return replace(suite, tuned={**suite.tuned, "n_starts": 1})


def choose_contenders(suite, options):
    """Return the contenders that were asked for, and ST-SSAD in any case.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    contenders = make_contenders(suite, options)
    wanted = set(options.methods or contenders)
    unknown = wanted - set(contenders)
    if unknown:
        raise ValueError(
            f"unknown methods {sorted(unknown)}; this suite has {list(contenders)}."
        )
    return {k: v for k, v in contenders.items() if k in wanted or k == OURS}


def load_tasks(suite, options):
    """Return the tasks as data sets, and what is known of their anomalies by name."""
    pairs = suite.load(options)
    if options.tasks:
        unknown = set(options.tasks) - {data.name for data, _ in pairs}
        if unknown:
            raise ValueError(
                f"unknown tasks {sorted(unknown)}; this suite has "
                f"{[data.name for data, _ in pairs]}."
            )
        pairs = [pair for pair in pairs if pair[0].name in options.tasks]
    if options.quick:
        rows = np.linspace(0, len(pairs) - 1, min(QUICK_TASKS, len(pairs)))
        pairs = [pairs[row] for row in rows.round().astype(int)]
    return [data for data, _ in pairs], {data.name: truth for data, truth in pairs}


def main(arguments=None):
    """Run a suite and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    suite = choose_suite(options)
    tasks, truths = load_tasks(suite, options)
    runs = run_all(tasks, choose_contenders(suite, options), options)
    runs = add_family_choices(runs)
    # Everything is tuned and chosen: labels are read from here on.
    tables = make_tables(runs, tasks, truths)
    save_tables(tables, options.out)
    print_tables(tables, options)
    save_pictures(runs, tasks, truths, suite, options)
    print(f"\n{time.perf_counter() - start:.0f} s; tables and figures: {options.out}")
    return tables


def make_tables(runs, tasks, truths):
    """Return every table by the name of its file."""
    results = tidy_results(runs, tasks)
    learned = learned_table(runs, truths)
    tables = {
        "results": results,
        "auc": auc_table(results),
        "false_alarms": false_alarm_table(results),
        "learned": learned,
        "checks": check_table(results, learned),
    }
    if len(tasks) > 1:
        tables["wilcoxon"] = wilcoxon_table(results, OURS)
    return tables


def print_tables(tables, options):
    """Print what a reader of the paper looks for."""
    titles = {
        "auc": f"AUC, mean over seeds {options.seeds}",
        "wilcoxon": f"{OURS} against the others over tasks (one-sided Wilcoxon, Holm)",
        "false_alarms": "Good test images flagged, at a contamination of 0.1 and with "
        "a p-value of at most 0.01",
        "checks": "What was to be reached",
    }
    for name, title in titles.items():
        if name in tables:
            print_table(title, tables[name])
    ours = tables["learned"]
    ours = ours[ours["method"] == OURS].drop(columns="method")
    print_table(f"What {OURS} learned", ours.set_index("task"))

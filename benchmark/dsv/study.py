"""Select among zoos of detectors without labels, and print the papers' tables.

``python -m benchmark.dsv`` runs on packaged photographs; ``--data ROOT`` takes a folder
in the layout of MVTec AD. ``--tables-from results.csv`` trains nothing: it makes the
AUC, rank and Wilcoxon tables out of the results of an earlier run.
"""

import argparse
import time
from functools import partial
from pathlib import Path

import pandas as pd

from benchmark.common.arguments import (
    add_fitting,
    add_out,
    check_data,
    count_jobs,
    names,
    numbers,
)
from benchmark.common.data import load_objects, make_tasks
from benchmark.common.false_alarms import FALSE_ALARMS
from benchmark.common.tables import print_table, save_tables
from benchmark.dsv.announcement import announce
from benchmark.dsv.baselines import (
    CHOICES,
    available,
    baseline_results,
    baseline_tables,
)
from benchmark.dsv.criteria import evaluate_zoo
from benchmark.dsv.figures import save_figures
from benchmark.dsv.report import (
    ABLATION,
    METHODS,
    add_metrics,
    choose,
    chosen_metrics,
    method_results,
    tables_of,
)
from benchmark.dsv.zoo import Spec, patch_detectors, train_zoo
from model_selection import grouped_means
from pyod_ssad.parameters import CALIBRATIONS

AUGMENTATIONS = ("cutout", "cutavg", "cutdiff", "cutpaste")
PATCH_AREAS = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
# Two photographs of three, so that a first try takes two minutes: defects are hardest
# to see on grass.
QUICK = {
    "objects": ("brick", "gravel"),
    "augmentations": ("cutout", "cutdiff", "cutpaste"),
    "patch_areas": (0.005, 0.02, 0.08, 0.32),
    "steps": 100,
    "image_size": 32,
    "baselines": "quick",
}
FULL = {
    "objects": None,
    "augmentations": AUGMENTATIONS,
    "patch_areas": PATCH_AREAS,
    "steps": 400,
    "image_size": 64,
    "baselines": "all",
}


def parse_arguments(arguments=None):
    """Read the command line; what is not given depends on whether --data is."""
    parser = argparse.ArgumentParser(prog="benchmark.dsv", description=__doc__)
    parser.add_argument("--data", metavar="ROOT", help="folder as MVTec AD has it")
    parser.add_argument(
        "--objects",
        type=names,
        help="names with commas; default all, or without --data brick,gravel",
    )
    parser.add_argument(
        "--per-kind",
        action=argparse.BooleanOptionalAction,
        help="make each kind of defect a task (default without --data)",
    )
    parser.add_argument("--augmentations", type=names, help="names with commas")
    parser.add_argument("--patch-areas", type=numbers, help="fractions with commas")
    parser.add_argument("--backbone", default="small_cnn")
    parser.add_argument("--steps", type=int, help="gradient updates")
    parser.add_argument(
        "--max-epochs",
        type=int,
        help="fewer steps for small objects: at most so many passes over the images",
    )
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument(
        "--calibration",
        choices=CALIBRATIONS,
        default="density",
        help="of thresholds; cross_fit takes three times as long",
    )
    parser.add_argument(
        "--baselines",
        choices=CHOICES,
        help="all: patches of a pretrained network too (default with --data)",
    )
    add_fitting(parser)
    add_out(parser, "results/dsv, or that of --tables-from")
    parser.add_argument(
        "--tables-from",
        type=Path,
        metavar="RESULTS",
        help="train nothing; make the tables that follow from this results.csv",
    )
    options = parser.parse_args(arguments)
    check_data(parser, options.data, options.objects)
    for name, value in (QUICK if options.data is None else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    unknown = set(options.augmentations) - set(patch_detectors())
    if unknown:
        parser.error(
            f"unknown augmentations {sorted(unknown)}; wanted {list(patch_detectors())}"
        )
    options.n_jobs = count_jobs(options)
    if options.out is None:
        source = options.tables_from
        options.out = source.parent if source else Path("results/dsv")
    if options.per_kind is None:
        options.per_kind = options.data is None
    return options


def make_specs(options, objects):
    """Return what to train: every fixed strength, and one drawn for every image."""
    areas = [*options.patch_areas, (min(options.patch_areas), max(options.patch_areas))]
    return [
        Spec(
            object_name=name,
            augmentation=augmentation,
            patch_area=area,
            seed=seed,
            image_size=options.image_size,
            steps=_steps(options, len(data.X_train)),
            batch_size=options.batch_size,
            backbone=options.backbone,
            device=options.device,
            precision=options.precision,
            calibration=options.calibration,
        )
        for seed in options.seeds
        for name, data in objects.items()
        for augmentation in options.augmentations
        for area in areas
    ]


def _steps(options, n_images):
    if options.max_epochs is None:
        return options.steps
    return min(
        options.steps, max(1, options.max_epochs * n_images // options.batch_size)
    )


def main(arguments=None):
    """Run the benchmark and return the tables."""
    options = parse_arguments(arguments)
    if options.tables_from:
        return remake_tables(options)
    start = time.perf_counter()
    objects = load_objects(options.data, options.objects, options.image_size)
    tasks = [t for data in objects.values() for t in make_tasks(data, options.per_kind)]
    specs = make_specs(options, objects)
    baselines = available(options.baselines)
    print(announce(specs, tasks, objects, baselines, options.n_jobs), flush=True)
    zoo = train_zoo(specs, objects, options.out / "trained", options.n_jobs)
    models = evaluate_zoo(zoo, tasks, options.n_jobs)
    choices, parts = choose(models, METHODS), choose(models, ABLATION)
    load = partial(load_objects, options.data, options.objects)
    others = baseline_results(load, objects, options)
    # Everything is chosen: labels are read from here on, for tables and figures.
    models = add_metrics(models, zoo, tasks, objects)
    tables = make_tables(models, choices, parts)
    tables |= baseline_tables(others, tasks, objects)
    save_tables(tables, options.out)
    figures = options.out / "figures"
    save_figures(models, tables["ablation_results"], zoo, tasks, objects, figures)
    print_tables(tables)
    print(f"\n{time.perf_counter() - start:.0f} s; tables and figures: {options.out}")
    return tables


def remake_tables(options):
    """Make the tables that follow from stored results, without training."""
    tables = tables_of(pd.read_csv(options.tables_from))
    save_tables(tables, options.out)
    print_tables(tables)
    return tables


def make_tables(models, choices, parts):
    """Return every table by the name of its file."""
    results = method_results(models, choices)
    ablation_results = chosen_metrics(models, parts)
    return {
        "models": models,
        "results": results,
        **tables_of(results),
        "ablation": grouped_means(ablation_results, "augmentation")[0],
        "ablation_results": ablation_results,
    }


def print_tables(tables):
    """Print what a reader of the paper looks for, as far as there is."""
    shown = {
        "Mean AUC over tasks (Best is the oracle)": tables["auc"],
        "Mean rank over tasks (1 is best)": tables["rank"],
        "DSV against the others over tasks, each the mean over augmentations "
        "(one-sided Wilcoxon, Holm)": tables["wilcoxon"].loc["all"],
    }
    shown |= {
        FALSE_ALARMS[name]: tables[name] for name in FALSE_ALARMS if name in tables
    }
    if "ablation" in tables:
        shown["Ablation: mean AUC"] = tables["ablation"]
    if "baselines" in tables:
        shown["Without self-supervision: AUC"] = with_mean(tables["baselines"])
        for name, title in FALSE_ALARMS.items():
            others = tables[f"baselines_{name}"]
            shown[f"Without self-supervision: {title}"] = with_mean(others)
    for title, table in shown.items():
        print_table(title, table)


def with_mean(table):
    """Return a table with a last row of means."""
    return pd.concat([table, table.mean().to_frame("mean").T])

"""Select among zoos of detectors without labels, and print the papers' tables.

``python -m benchmark.dsv`` runs on packaged photographs; ``--data ROOT`` takes a folder
in the layout of MVTec AD.
"""

import argparse
import time
from functools import partial
from pathlib import Path

import pandas as pd

from benchmark.common.arguments import add_n_jobs, count_jobs, integers, names, numbers
from benchmark.common.data import load_objects, make_tasks
from benchmark.dsv.baselines import baseline_scores, baseline_table
from benchmark.dsv.criteria import evaluate_zoo
from benchmark.dsv.figures import save_figures
from benchmark.dsv.report import (
    ABLATION,
    METHODS,
    add_auc,
    choose,
    chosen_auc,
    method_results,
    paper_tables,
    significance,
)
from benchmark.dsv.zoo import Spec, patch_detectors, train_zoo
from model_selection import grouped_means, to_markdown

AUGMENTATIONS = ("cutout", "cutavg", "cutdiff", "cutpaste")
PATCH_AREAS = (0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
QUICK = {
    "augmentations": ("cutout", "cutdiff", "cutpaste"),
    "patch_areas": (0.005, 0.02, 0.08, 0.32),
    "steps": 100,
    "image_size": 32,
}
FULL = {
    "augmentations": AUGMENTATIONS,
    "patch_areas": PATCH_AREAS,
    "steps": 400,
    "image_size": 64,
}


def parse_arguments(arguments=None):
    """Read the command line; what is not given depends on whether --data is."""
    parser = argparse.ArgumentParser(prog="benchmark.dsv", description=__doc__)
    parser.add_argument("--data", metavar="ROOT", help="folder as MVTec AD has it")
    parser.add_argument("--objects", type=names, help="names with commas; default all")
    parser.add_argument(
        "--per-kind",
        action=argparse.BooleanOptionalAction,
        help="make each kind of defect a task (default without --data)",
    )
    parser.add_argument("--augmentations", type=names, help="names with commas")
    parser.add_argument("--patch-areas", type=numbers, help="fractions with commas")
    parser.add_argument("--image-size", type=int, help="pixels")
    parser.add_argument("--backbone", default="small_cnn")
    parser.add_argument("--steps", type=int, help="gradient updates")
    parser.add_argument(
        "--max-epochs",
        type=int,
        help="fewer steps for small objects: at most so many passes over the images",
    )
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seeds", type=integers, default=(0,), help="with commas")
    parser.add_argument("--device", default="cpu")
    add_n_jobs(parser)
    parser.add_argument("--out", type=Path, default=Path("results/dsv"))
    options = parser.parse_args(arguments)
    for name, value in (QUICK if options.data is None else FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    unknown = set(options.augmentations) - set(patch_detectors())
    if unknown:
        parser.error(
            f"unknown augmentations {sorted(unknown)}; wanted {list(patch_detectors())}"
        )
    options.n_jobs = count_jobs(options)
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
    start = time.perf_counter()
    objects = load_objects(options.data, options.objects, options.image_size)
    tasks = [t for data in objects.values() for t in make_tasks(data, options.per_kind)]
    specs = make_specs(options, objects)
    zoo = train_zoo(specs, objects, options.out / "trained", options.n_jobs)
    models = evaluate_zoo(zoo, tasks, options.n_jobs)
    choices, parts = choose(models, METHODS), choose(models, ABLATION)
    load = partial(load_objects, options.data, options.objects)
    others = baseline_scores(load, objects, options)
    # Everything is chosen: labels are read from here on, for tables and figures.
    models = add_auc(models, zoo, tasks, objects)
    tables = make_tables(models, choices, parts)
    tables["baselines"] = baseline_table(others, tasks, objects)
    save_tables(tables, options.out)
    figures = options.out / "figures"
    save_figures(models, tables["ablation_results"], zoo, tasks, objects, figures)
    print_tables(tables)
    print(f"\n{time.perf_counter() - start:.0f} s; tables and figures: {options.out}")
    return tables


def make_tables(models, choices, parts):
    """Return every table by the name of its file."""
    results = method_results(models, choices)
    auc, rank = paper_tables(results)
    ablation_results = chosen_auc(models, parts)
    return {
        "models": models,
        "results": results,
        "auc": auc,
        "rank": rank,
        "wilcoxon": significance(results),
        "ablation": grouped_means(ablation_results, "augmentation")[0],
        "ablation_results": ablation_results,
    }


def save_tables(tables, folder):
    """Write every table as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        has_index = name not in ("models", "results", "ablation_results")
        table.to_csv(folder / f"{name}.csv", index=has_index, float_format="%.6g")


def print_tables(tables):
    """Print what a reader of the paper looks for."""
    titles = {
        "auc": "Mean AUC over tasks (Best is the oracle)",
        "rank": "Mean rank over tasks (1 is best)",
        "wilcoxon": "DSV against the others (one-sided Wilcoxon, Holm)",
        "ablation": "Ablation: mean AUC",
        "baselines": "Without self-supervision: AUC",
    }
    for name, title in titles.items():
        table = tables[name]
        if name == "wilcoxon":
            table = table.loc["all"]
        if name == "baselines":
            table = pd.concat([table, table.mean().to_frame("mean").T])
        print(f"\n{title}\n\n{to_markdown(table)}")

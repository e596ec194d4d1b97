"""Does the augmentation have to match the anomalies?

Detectors that learn from an augmentation, each with each of several: aug. Without
--data, on packaged photographs whose anomalies are made by the same augmentations, gen:
where the two are the same, AUC should be largest. Half of the good test images stay
clean, and each gen is made of the other half. Wilcoxon's signed-rank test, one-sided,
compares pairs: for each detector, object, gen and seed, the AUC of the aligned
augmentation (aug = gen), and the mean AUC of all others on the same images. With
``--data ROOT``, a folder in the layout of MVTec AD, every augmentation on every kind of
real defect, and how far each is below the best one.
"""

import argparse
import time
from pathlib import Path

from benchmark.alignment.augmentations import AUGMENTATIONS, DEFAULT
from benchmark.alignment.figures import draw_matrices
from benchmark.alignment.fits import DETECTORS
from benchmark.alignment.real import run_real
from benchmark.alignment.synthetic import run_synthetic
from benchmark.common.arguments import (
    add_fitting,
    add_out,
    check_data,
    count_jobs,
    names,
)
from benchmark.common.tables import print_table, save_tables
from pyod_ssad.datasets import TEXTURES

OUT = Path("results/alignment")
SIZES = {"packaged": 32, "folder": 64}


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="benchmark.alignment", description=__doc__)
    parser.add_argument("--data", metavar="ROOT", help="folder as MVTec AD has it")
    parser.add_argument("--objects", type=names, help="names with commas; default all")
    parser.add_argument("--detectors", type=names, default=tuple(DETECTORS))
    parser.add_argument("--augmentations", type=names, default=DEFAULT)
    parser.add_argument("--steps", type=int, default=200, help="gradient updates")
    add_fitting(parser)
    parser.set_defaults(seeds=(0, 1))
    add_out(parser, OUT)
    parser.set_defaults(out=OUT)
    options = parser.parse_args(arguments)
    _check(parser, "detectors", options.detectors, DETECTORS)
    _check(parser, "augmentations", options.augmentations, AUGMENTATIONS)
    _check_objects(parser, options)
    size = SIZES["folder" if options.data else "packaged"]
    options.image_size = options.image_size or size
    options.n_jobs = count_jobs(options)
    return options


def _check(parser, what, given, known):
    if unknown := [name for name in given if name not in known]:
        parser.error(f"unknown {what} {unknown}; wanted {list(known)}")


def _check_objects(parser, options):
    check_data(parser, options.data, options.objects)
    if options.data:
        return
    _check(parser, "objects", options.objects or (), TEXTURES)
    if len(set(options.augmentations)) < 2:
        parser.error(
            f"got the augmentations {list(options.augmentations)}; wanted two or more, "
            "as aligned ones are compared with others. Add one to --augmentations."
        )


def main(arguments=None):
    """Run the study and return its tables."""
    options = parse_arguments(arguments)
    start = time.perf_counter()
    tables = run_real(options) if options.data else run_synthetic(options)
    save_tables(tables, options.out)
    matrices = {name: tables[f"matrix_{name}"] for name in options.detectors}
    draw_matrices(matrices, options.out / "matrices.png")
    for name, table in matrices.items():
        print_table(f"AUC of {name}", table.round(3).reset_index())
    if options.data:
        print_table("choices", tables["choices"].reset_index())
        print_table("best", tables["best"].reset_index())
    else:
        print_test(tables["test"])
    print(f"\n{time.perf_counter() - start:.0f} s; tables: {options.out}")
    return tables


def print_test(table):
    """Print the table of `compare`; three decimals would make 0 of most p."""
    shown = table.assign(p=table["p"].map("{:.2g}".format))
    print_table("test", shown.reset_index())

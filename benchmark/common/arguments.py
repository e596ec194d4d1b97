"""Command-line arguments that the benchmarks share."""

import joblib


def names(text):
    """Split words at commas."""
    return tuple(part.strip() for part in text.split(","))


def numbers(text):
    """Split numbers at commas."""
    return tuple(float(part) for part in text.split(","))


def integers(text):
    """Split integers at commas."""
    return tuple(int(part) for part in text.split(","))


def add_n_jobs(parser):
    """Add how many detectors to fit at once; `count_jobs` fills in what is left out."""
    parser.add_argument(
        "--n-jobs", type=int, help="default: all cores on the CPU, 1 on a GPU"
    )


def count_jobs(options):
    """Return how many detectors to fit at once."""
    if options.n_jobs is not None:
        return options.n_jobs
    return joblib.cpu_count() if options.device == "cpu" else 1

"""What to fit, on which of an object's images, and what is kept of it."""

import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmark.common.store import Job
from benchmark.dsv.zoo import patch_detectors
from model_selection import conformal_p_values
from pyod_ssad.calibration import out_of_fold_scores
from pyod_ssad.densities import build_density
from pyod_ssad.seeding import draw_seed

FEWEST_HELD_OUT = 8
MOST_HELD_OUT = 200
CONTAMINATION = 0.1


@dataclass(frozen=True)
class Run:
    """One fit: a detector, and how many training images of which object.

    Parameters
    ----------
    object_name : str
    detector : str
        The name of the augmentation, such as ``"cutpaste"``.
    n_train : int
    seed : int
        Of the choice of images and of the detector.
    """

    object_name: str
    detector: str
    n_train: int
    seed: int


def make_runs(options, objects):
    """Return a run for each object, number of images, seed and detector."""
    return [
        Run(name, detector, n, seed)
        for name, data in objects.items()
        for n in usable_numbers(options.n_train, len(data.X_train))
        for seed in options.seeds
        for detector in options.detectors
    ]


def usable_numbers(wanted, n_images):
    """Return the numbers that leave images to hold out; at least one number.

    An object of few images is trained on three quarters of them.
    """
    usable = [n for n in wanted if n + FEWEST_HELD_OUT <= n_images]
    return usable or [n_images * 3 // 4]


def split(data, run):
    """Return training images, and good ones of the same source that are held out."""
    order = np.random.default_rng(run.seed).permutation(len(data.X_train))
    held_out = order[run.n_train :][:MOST_HELD_OUT]
    return data.X_train[order[: run.n_train]], data.X_train[held_out]


def make_job(run, data, options):
    """Return the fit of a run. It sees the test images, and no label."""
    X_train, X_held_out = split(data, run)
    detector = patch_detectors()[run.detector](
        patch_area=options.patch_area,
        image_size=options.image_size,
        steps=options.steps,
        precision=options.precision,
        device=options.device,
        contamination=CONTAMINATION,
        random_state=run.seed,
    )
    new = np.concatenate([X_held_out, data.X_test])
    return Job(fit, detector, X_train, new, {"n_held_out": len(X_held_out)})


def fit(detector, X_train, X_new, n_held_out):
    """Fit, and return the thresholds of three ways to score the training images."""
    start = time.perf_counter()
    detector.fit(X_train)
    seconds = time.perf_counter() - start
    Z, seed = detector.transform(X_train), draw_seed(detector.random_state)
    make_density = partial(build_density, detector.density, seed)
    scores = detector.decision_function(X_new)
    seen = {
        "in_sample": detector.decision_function(X_train),
        "density": out_of_fold_scores(make_density, Z, seed),
        "cross_fit": detector.decision_scores_,
    }
    return {
        "scores": scores,
        "p_values": conformal_p_values(detector.decision_scores_, scores),
        "largest": detector.decision_scores_.max(),
        "n_held_out": n_held_out,
        "seconds": seconds,
        **{
            name: np.percentile(values, 100 * (1 - CONTAMINATION))
            for name, values in seen.items()
        },
    }

"""What to fit, and what is kept of it. No label is seen here."""

import time
from dataclasses import dataclass

import numpy as np
import torch

from benchmark.alignment import augmentations
from benchmark.alignment.augmentations import AUGMENTATIONS
from benchmark.common.false_alarms import flag
from benchmark.common.store import Job
from pyod_ssad import DAE, AugmentationSSAD, DeepSAD
from pyod_ssad.images.levels import to_unit

DETECTORS = {"dae": DAE, "deep_sad": DeepSAD, "classifier": AugmentationSSAD}
GEN_SEED = 1000
"""Of the anomalies that are made; far from the seeds of detectors."""


@dataclass(frozen=True)
class Run:
    """One fit.

    Parameters
    ----------
    object_name : str
    detector : str
        A name of `DETECTORS`.
    aug : str
        The augmentation that it learns from.
    seed : int
    """

    object_name: str
    detector: str
    aug: str
    seed: int


def make_runs(options, names):
    """Return a run for each object, detector, augmentation and seed."""
    return [
        Run(name, detector, aug, seed)
        for name in names
        for detector in options.detectors
        for aug in options.augmentations
        for seed in options.seeds
    ]


def make_job(run, X_train, X_test, options):
    """Return the fit of a run."""
    detector = DETECTORS[run.detector](
        AUGMENTATIONS[run.aug](),
        image_size=options.image_size,
        steps=options.steps,
        device=options.device,
        precision=options.precision,
        # Networks for thresholds alone would take three times as long again.
        calibration="density",
        random_state=run.seed,
    )
    # A digest of the parameters does not tell one augmentation from another.
    arguments = {"aug": run.aug}
    modules = (augmentations,)
    return Job(fit, detector, X_train, X_test, arguments, modules)


def fit(detector, X_train, X_test, aug):
    """Fit; return the scores of the test images, which are flagged, and seconds."""
    start = time.perf_counter()
    detector.fit(X_train)
    seconds = time.perf_counter() - start
    scores = detector.decision_function(X_test)
    return {"scores": scores, **flag(detector, scores), "seconds": seconds}


def make_anomalies(images, gens):
    """Return good test images, and anomalies that augmentations make of others.

    Parameters
    ----------
    images : uint8 ndarray of shape (n, H, W) or (n, H, W, C)
        Good ones. The first half stays, and each augmentation is made of the second.
    gens : sequence of str
        Names of `AUGMENTATIONS`.

    Returns
    -------
    clean : uint8 ndarray of shape (n // 2, ...)
    made : dict of str to uint8 ndarray of shape (n - n // 2, ...)
    """
    clean, others = images[: len(images) // 2], images[len(images) // 2 :]
    return clean, {gen: _augment(AUGMENTATIONS[gen](), others) for gen in gens}


def _augment(augmentation, images):
    batch = torch.from_numpy(images)
    batch = batch[:, None] if batch.ndim == 3 else batch.movedim(-1, 1)
    generator = torch.Generator().manual_seed(GEN_SEED)
    with torch.no_grad():
        made = augmentation(to_unit(batch), generator)
    made = (made.clamp(0, 1) * 255).round().byte()
    made = made[:, 0] if images.ndim == 3 else made.movedim(1, -1)
    return np.ascontiguousarray(made.numpy())

"""Training a zoo of detectors, each stored as soon as it is done."""

import time
from dataclasses import dataclass
from inspect import signature

import numpy as np

from benchmark.common.false_alarms import FALSE_ALARMS, flag
from benchmark.common.store import Job, run_jobs
from model_selection import embed
from pyod_ssad.detectors import DETECTORS


@dataclass(frozen=True)
class Spec:
    """One detector to train.

    Parameters
    ----------
    object_name : str
    augmentation : str
        ``"cutout"`` names `pyod_ssad.CutOutSSAD`, and so on.
    patch_area : float or pair of floats
        A pair is drawn from for every image.
    seed, image_size, steps, batch_size : int
    backbone, device, precision, calibration : str
    """

    object_name: str
    augmentation: str
    patch_area: float | tuple[float, float]
    seed: int
    image_size: int
    steps: int
    batch_size: int
    backbone: str
    device: str = "cpu"
    precision: str = "auto"
    calibration: str = "density"

    @property
    def is_random(self):
        """Whether the strength is drawn anew for every image."""
        return isinstance(self.patch_area, tuple)

    def detector(self):
        """Return the unfitted detector."""
        return patch_detectors()[self.augmentation](
            patch_area=self.patch_area,
            image_size=self.image_size,
            steps=self.steps,
            batch_size=self.batch_size,
            backbone=self.backbone,
            device=self.device,
            precision=self.precision,
            calibration=self.calibration,
            random_state=self.seed,
        )


@dataclass(frozen=True)
class Trained:
    """What is kept of one trained detector.

    Parameters
    ----------
    spec : Spec
    scores : ndarray of shape (n_test,)
    false_alarms, p01 : bool ndarrays of shape (n_test,)
        Which test images are flagged, see `flag`.
    Z_trn, Z_aug, Z_test : float32 ndarrays of shape (n, d)
    seconds : float
        Of training.
    """

    spec: Spec
    scores: np.ndarray
    false_alarms: np.ndarray
    p01: np.ndarray
    Z_trn: np.ndarray
    Z_aug: np.ndarray
    Z_test: np.ndarray
    seconds: float

    @property
    def flagged(self):
        """Which test images are flagged, by the names of `FALSE_ALARMS`."""
        return {name: getattr(self, name) for name in FALSE_ALARMS}


def patch_detectors():
    """Return the detectors with a `patch_area`, by the name of their augmentation."""
    return {
        name.lower().removesuffix("ssad"): cls
        for name, cls in DETECTORS.items()
        if "patch_area" in signature(cls).parameters
    }


def train_zoo(specs, objects, folder, n_jobs):
    """Train every detector that is not stored yet.

    Parameters
    ----------
    specs : list of Spec
    objects : dict of str to AnomalyDataset
    folder : Path
        Where the results are stored; an interrupted run goes on from there.
    n_jobs : int

    Returns
    -------
    zoo : list of Trained
        In the order of `specs`.
    """
    jobs = [
        Job(_fit, spec.detector(), data.X_train, data.X_test, {"seed": spec.seed})
        for spec in specs
        for data in [objects[spec.object_name]]
    ]
    results = run_jobs(jobs, folder, n_jobs, "training detectors")
    return [Trained(s, **result) for s, result in zip(specs, results, strict=True)]


def _fit(detector, X_train, X_test, seed):
    start = time.perf_counter()
    detector.fit(X_train)
    seconds = time.perf_counter() - start
    Z_trn, Z_aug, Z_test = embed(detector, X_train, X_test, random_state=seed)
    scores = detector.density_.decision_function(Z_test)
    return {
        "scores": scores,
        **flag(detector, scores),
        "Z_trn": Z_trn,
        "Z_aug": Z_aug,
        "Z_test": Z_test,
        "seconds": seconds,
    }

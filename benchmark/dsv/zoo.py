"""Training a zoo of detectors, each stored under its parameters and data."""

import hashlib
import os
import time
from dataclasses import dataclass
from inspect import signature
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from model_selection import embed
from pyod_ssad import __version__
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
    backbone, device : str
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
            random_state=self.seed,
        )


@dataclass(frozen=True)
class Trained:
    """What is kept of one trained detector.

    Parameters
    ----------
    spec : Spec
    scores : ndarray of shape (n_test,)
    Z_trn, Z_aug, Z_test : float32 ndarrays of shape (n, d)
    seconds : float
        Of training.
    """

    spec: Spec
    scores: np.ndarray
    Z_trn: np.ndarray
    Z_aug: np.ndarray
    Z_test: np.ndarray
    seconds: float


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
    folder.mkdir(parents=True, exist_ok=True)
    prints = {name: _fingerprint(data) for name, data in objects.items()}
    paths = [folder / f"{_key(spec, prints[spec.object_name])}.npz" for spec in specs]
    missing = [(s, p) for s, p in zip(specs, paths, strict=True) if not p.exists()]
    jobs = (
        delayed(_train_and_store)(
            spec,
            objects[spec.object_name].X_train,
            objects[spec.object_name].X_test,
            path,
        )
        for spec, path in missing
    )
    done = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(jobs)
    for _ in tqdm(done, total=len(missing), desc="training detectors"):
        pass
    return [_read(s, p) for s, p in zip(specs, paths, strict=True)]


def _train_and_store(spec, X_train, X_test, path):
    start = time.perf_counter()
    detector = spec.detector().fit(X_train)
    seconds = time.perf_counter() - start
    Z_trn, Z_aug, Z_test = embed(detector, X_train, X_test, random_state=spec.seed)
    scores = detector.density_.decision_function(Z_test)
    partial = Path(f"{path}.partial")
    with open(partial, "wb") as file:
        np.savez(
            file,
            scores=scores,
            Z_trn=Z_trn,
            Z_aug=Z_aug,
            Z_test=Z_test,
            seconds=seconds,
        )
    os.replace(partial, path)


def _read(spec, path):
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return Trained(spec, **{**arrays, "seconds": float(arrays["seconds"])})


def _key(spec, fingerprint):
    detector = spec.detector()
    text = (
        f"{__version__} {type(detector).__name__} {detector.get_params()} {fingerprint}"
    )
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _fingerprint(data):
    digest = hashlib.sha256(np.ascontiguousarray(data.X_train))
    digest.update(np.ascontiguousarray(data.X_test))
    return digest.hexdigest()

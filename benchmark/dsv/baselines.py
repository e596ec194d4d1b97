"""What a user would compare with: detectors on pixels, and an untuned backbone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.ocsvm import OCSVM

from benchmark.common.data import flat_pixels, task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS, flag
from benchmark.common.imagenet import has_imagenet, imagenet_backbone
from benchmark.common.store import Job, run_jobs
from pyod_ssad import AugmentationSSAD, PatchFeatures

CHOICES = ("quick", "all")


def baseline_results(load, objects, options):
    """Fit every baseline on every object, once.

    Parameters
    ----------
    load : callable
        Returns the objects at an image size in pixels.
    objects : dict of str to AnomalyDataset
        Those of the run.
    options : argparse.Namespace
        ``seeds``, of which the first is taken, ``baselines``, ``out`` and ``n_jobs``.

    Returns
    -------
    results : dict of (object, baseline) to dict
        ``scores`` ``(n_test,)``, and what is flagged, see `flag`.
    """
    chosen = available(options.baselines)
    by_size = {
        size: load(size) if size else objects
        for size in {baseline.image_size for baseline in chosen.values()}
    }
    pairs = [(name, baseline) for name in objects for baseline in chosen]
    sets = [by_size[chosen[baseline].image_size][name] for name, baseline in pairs]
    jobs = [
        _job(chosen[baseline], data, options.seeds[0])
        for (_, baseline), data in zip(pairs, sets, strict=True)
    ]
    results = run_jobs(jobs, options.out / "baselines", options.n_jobs, "baselines")
    return dict(zip(pairs, results, strict=True))


def _job(baseline, data, seed):
    detector = baseline.make(seed, data.X_train.shape[1])
    arguments = {"on_pixels": baseline.on_pixels}
    return Job(_fit_and_score, detector, data.X_train, data.X_test, arguments)


def baseline_tables(results, tasks, objects):
    """Return the metrics of the baselines, tasks by baselines: labels are read here."""
    rows = [
        {"task": task.name, "baseline": baseline, **_metrics(data, task, **result)}
        for task in tasks
        for data in [objects[task.object_name]]
        for (name, baseline), result in results.items()
        if name == task.object_name
    ]
    wide = pd.DataFrame(rows).pivot(index="task", columns="baseline")
    names = {"auc": "baselines"} | {n: f"baselines_{n}" for n in FALSE_ALARMS}
    order = list(dict.fromkeys(baseline for _, baseline in results))
    return {table: wide[metric][order] for metric, table in names.items()}


def _metrics(data, task, scores, **flagged):
    return task_metrics(data, task, scores, flagged)


def available(choice):
    """Return baselines by name: "quick" or "all", as far as packages are installed."""
    baselines = QUICK if choice == "quick" else {**QUICK, **PATCHES}
    return {
        name: baseline
        for name, baseline in baselines.items()
        if has_imagenet() or not baseline.has_weights
    }


def _fit_and_score(detector, X_train, X_test, on_pixels):
    if on_pixels:
        X_train, X_test = flat_pixels(X_train), flat_pixels(X_test)
    scores = detector.fit(X_train).decision_function(X_test)
    return {"scores": scores, **flag(detector, scores)}


def _frozen(seed, image_size, **parameters):
    return AugmentationSSAD(
        image_size=image_size, steps=0, random_state=seed, **parameters
    )


def _imagenet(seed, image_size):
    return _frozen(seed, image_size, backbone=imagenet_backbone)


def _patches(seed, image_size, density):
    return PatchFeatures(imagenet_backbone, None, density=density, random_state=seed)


@dataclass(frozen=True)
class Baseline:
    """How to make a detector, and what it sees.

    Parameters
    ----------
    make : callable (seed, image_size) -> detector
    on_pixels : bool, optional (default=False)
        Whether it takes flat pixels.
    image_size : int, optional (default=None)
        Where it is another than that of the run.
    has_weights : bool, optional (default=False)
        Whether its network has those of ImageNet.
    seconds_per_image : float, optional (default=0.0)
        With one thread, if that is worth telling.
    """

    make: Callable
    on_pixels: bool = False
    image_size: int | None = None
    has_weights: bool = False
    seconds_per_image: float = 0.0


QUICK = {
    "KNN, pixels": Baseline(lambda seed, size: KNN(), on_pixels=True),
    "IForest, pixels": Baseline(
        lambda seed, size: IForest(random_state=seed), on_pixels=True
    ),
    "OCSVM, pixels": Baseline(lambda seed, size: OCSVM(), on_pixels=True),
    "small_cnn, untrained": Baseline(_frozen),
    # At the size at which the weights were learned, from the files themselves.
    "ImageNet, pooled": Baseline(_imagenet, False, 224, True, 0.016),
}

PATCHES = {
    f"ImageNet, {title}": Baseline(
        partial(_patches, density=density), False, 256, True, seconds
    )
    for title, density, seconds in [
        ("PatchCore", "coreset", 0.14),
        ("PaDiM", "position_gaussian", 0.03),
        ("patch Gaussian", "gaussian", 0.03),
        ("SubspaceAD", "subspace", 0.03),
    ]
}
"""What others do with patches of a pretrained network, of EfficientNet-Lite0 here."""

"""Detectors by their names on objects: what a run is, and what it sees."""

from dataclasses import dataclass

from benchmark.common import imagenet
from benchmark.common.store import Job


@dataclass(frozen=True)
class Run:
    """One fit.

    Parameters
    ----------
    object_name : str
    detector : str
        A name that the study knows.
    seed : int
    """

    object_name: str
    detector: str
    seed: int


def make_runs(options, names):
    """Return a run for each object, detector and seed."""
    return [
        Run(name, detector, seed)
        for name in names
        for detector in options.detectors
        for seed in options.seeds
    ]


def make_trained(cls, seed, options):
    """Return an unfitted detector that trains, with what was asked for.

    Parameters
    ----------
    cls : callable
        Makes a detector, from its keywords.
    seed : int
    options : argparse.Namespace
        ``image_size`` and ``steps``, where None leaves the detector's own;
        ``device``, ``precision`` and ``calibration``.
    """
    asked = {"image_size": options.image_size, "steps": options.steps}
    return cls(
        device=options.device,
        precision=options.precision,
        calibration=options.calibration,
        random_state=seed,
        **{key: value for key, value in asked.items() if value is not None},
    )


def with_data(runs, make_detector, load, options):
    """Return (run, detector, data), where data have the size that the detector wants.

    Parameters
    ----------
    runs : list of Run
    make_detector : callable (name, seed, options) -> detector
        With an ``image_size``.
    load : callable (image_size) -> dict of str to AnomalyDataset
        Detectors see images of their own size, made from the files.
    options : argparse.Namespace
    """
    detectors = [make_detector(run.detector, run.seed, options) for run in runs]
    by_size = {size: load(size) for size in {d.image_size for d in detectors}}
    return [
        (run, detector, by_size[detector.image_size][run.object_name])
        for run, detector in zip(runs, detectors, strict=True)
    ]


def make_jobs(function, contenders, runs, load, options, arguments_of):
    """Return the fit of each run, as `run_jobs` takes them; see `with_data`.

    Parameters
    ----------
    function : callable (detector, X_train, X_test, **arguments) -> dict
        Of a module, so that a worker finds it.
    contenders : module
        With `make_detector`; results depend on its code.
    runs, load, options
        As in `with_data`.
    arguments_of : callable (run) -> dict
        Further arguments of the function.
    """
    return [
        Job(
            function,
            detector,
            data.X_train,
            data.X_test,
            arguments_of(run),
            (contenders, imagenet),
        )
        for run, detector, data in with_data(
            runs, contenders.make_detector, load, options
        )
    ]


def group_by_zoo(runs, results):
    """Return the results of each object and seed, by the detectors' names.

    Parameters
    ----------
    runs : list of Run
    results : list of dict

    Returns
    -------
    zoos : dict of (str, int) to dict of str to dict
    """
    zoos = {}
    for run, result in zip(runs, results, strict=True):
        zoos.setdefault((run.object_name, run.seed), {})[run.detector] = result
    return zoos

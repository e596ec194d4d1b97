"""The suites of tasks for ST-SSAD: what is learned on what, and how long."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmark.common.data import check_has_both, load_objects
from benchmark.st_ssad.demo import demo_family, load_demo
from pyod_ssad import Tuning
from pyod_ssad.datasets import TEXTURES, load_one_class

NORMAL_DIGITS = ("2", "6")
NORMAL_CLOTHES = ("sneaker", "shirt")
LOCAL = ("cutout", "cutpaste", "cutdiff")


@dataclass(frozen=True)
class Suite:
    """A group of tasks and its settings.

    Parameters
    ----------
    load : callable (options) -> list of (AnomalyDataset, dict)
        Tasks, and the hyperparameters that ought to be learned, where known.
    family : str or LearnableAugmentation
        What ST-SSAD tunes.
    random : tuple of str
        The augmentations of the random baselines.
    image_size : int
    steps : int
        Updates of the networks that are not tuned.
    tuned : dict
        Arguments of `pyod_ssad.STSSAD`, ``tuning`` among them.
    families : tuple of str, optional (default=())
        Further families, to choose from without labels.
    has_photographs : bool, optional (default=False)
        Whether features of photographs are worth comparing with.
    """

    load: Callable
    family: object
    random: tuple
    image_size: int
    steps: int
    tuned: dict
    families: tuple = ()
    has_photographs: bool = False


def _load_demo(options):
    return load_demo(options.image_size, options.objects or TEXTURES)


def _load_folders(options):
    objects = load_objects(options.data, options.objects, options.image_size)
    for data in objects.values():
        check_has_both(data)
    return [(data.task(kind), {}) for data in objects.values() for kind in data.kinds]


def _one_class_loader(name, normal_classes, **sizes):
    def load(options):
        return [
            (data.task(kind), _known_angle(data.name, kind))
            for normal in options.objects or normal_classes
            for data in [load_one_class(name, normal, root=options.data, **sizes)]
            for kind in data.kinds
        ]

    return load


def _known_angle(name, kind):
    """Return the angle that makes a normal digit an anomalous one, if there is one."""
    return {"angle": 180.0} if (name.rpartition("_")[2], kind) == ("6", "9") else {}


def _tuned(n_starts, warm_start, iterations, steps):
    """Return arguments of `pyod_ssad.STSSAD`, of second order as in the paper."""
    tuning = Tuning(order="second", warm_start=warm_start, iterations=iterations)
    return {"n_starts": n_starts, "steps": steps, "tuning": tuning}


def _rotation_suite(load, image_size):
    # The longer warm start of local defects would leave nothing to learn here: whole
    # images that are turned are easy to tell, and a loss near zero moves no network.
    return Suite(
        load=load,
        family="rotation",
        random=("rotation",),
        image_size=image_size,
        steps=200,
        tuned=_tuned(n_starts=4, warm_start=20, iterations=80, steps=0),
    )


SUITES = {
    "demo": Suite(
        load=_load_demo,
        family=demo_family(),
        random=LOCAL,
        image_size=32,
        steps=200,
        tuned=_tuned(n_starts=3, warm_start=40, iterations=50, steps=60),
    ),
    "digits": _rotation_suite(_one_class_loader("digits", NORMAL_DIGITS), 16),
    "folders": Suite(
        load=_load_folders,
        family="cutdiff",
        random=LOCAL,
        image_size=48,
        steps=270,
        tuned=_tuned(n_starts=2, warm_start=120, iterations=30, steps=120),
        families=("signedcutdiff", "softline"),
        has_photographs=True,
    ),
    "fashion_mnist": _rotation_suite(
        _one_class_loader("fashion_mnist", NORMAL_CLOTHES, n_train=500, n_test=2000), 28
    ),
    "svhn": _rotation_suite(
        _one_class_loader("svhn", NORMAL_DIGITS, n_train=2000, n_test=4000), 32
    ),
}

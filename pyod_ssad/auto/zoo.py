"""The detectors that are tried, by what the data are and what may be spent."""

from dataclasses import dataclass
from functools import partial

from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.pca import PCA

from pyod_ssad.detectors.cutdiff import CutDiffSSAD
from pyod_ssad.detectors.cutpaste import CutPasteSSAD
from pyod_ssad.detectors.dense import DenseSSAD
from pyod_ssad.detectors.goad import GOAD
from pyod_ssad.detectors.patch_features import PatchFeatures
from pyod_ssad.detectors.pretrained import PretrainedFeatures
from pyod_ssad.detectors.rotation import RotationSSAD

BUDGETS = ("quick", "normal", "thorough")

TRAINED_SIZE = 64
"""Pixels that networks from scratch see."""


@dataclass(frozen=True)
class Spending:
    """What a budget allows.

    Parameters
    ----------
    steps : int
        Gradient updates of each network that is trained.
    scratch : tuple of str
        Which networks are trained beside a pretrained one.
    alone : tuple of str
        Which are trained where there is no pretrained one.
    frozen : tuple of str
        Which densities of pretrained features.
    """

    steps: int
    scratch: tuple
    alone: tuple
    frozen: tuple


_FEW = ("cutpaste_union", "cutdiff")
_MORE = (*_FEW, "cutpaste_small", "cutpaste_large")
_ALL = (*_MORE, "cutpaste_scar", "rotation")
_QUICK = ("pooled", "pooled_mean_std", "position_gaussian", "subspace", "dense")

SPENDINGS = {
    "quick": Spending(150, (), _FEW, _QUICK),
    "normal": Spending(200, (), _MORE, (*_QUICK, "coreset")),
    "thorough": Spending(400, _ALL, _ALL, (*_QUICK, "coreset")),
}

FROZEN = {
    "pooled": PretrainedFeatures,
    "pooled_mean_std": partial(PretrainedFeatures, pool="mean_std", image_size=256),
    "position_gaussian": partial(PatchFeatures, density="position_gaussian"),
    "subspace": partial(PatchFeatures, density="subspace"),
    "coreset": partial(PatchFeatures, density="coreset"),
    "dense": partial(DenseSSAD, steps=0, image_size=256),
}
"""Of a pretrained network: image detectors whose networks stay as they are."""

SCRATCH = {
    "cutpaste_union": partial(CutPasteSSAD, variant="union"),
    "cutdiff": CutDiffSSAD,
    "cutpaste_small": partial(CutPasteSSAD, patch_area=(0.002, 0.02)),
    "cutpaste_large": partial(CutPasteSSAD, patch_area=(0.05, 0.3)),
    "cutpaste_scar": partial(CutPasteSSAD, variant="scar"),
    "rotation": RotationSSAD,
}
"""Networks that are trained on the images."""


def make_image_zoo(budget, backbone, weights, shared):
    """Return unfitted detectors of images.

    Parameters
    ----------
    budget : {"quick", "normal", "thorough"}
    backbone : str, callable or None
        A pretrained network; None for networks from scratch alone.
    weights : str or None
        Its weights.
    shared : dict of str to object
        Arguments that all detectors take.

    Returns
    -------
    zoo : dict of str to BaseImageDetector
        Those of a pretrained network come first: among equals, the first is taken.
    """
    spending = SPENDINGS[budget]
    zoo = {}
    if backbone is not None:
        network = {"backbone": backbone, "weights": weights}
        for name in spending.frozen:
            zoo[name] = FROZEN[name](**network, **shared)
    names = spending.alone if backbone is None else spending.scratch
    trained = {"image_size": TRAINED_SIZE, "steps": spending.steps, **shared}
    return zoo | {name: SCRATCH[name](**trained) for name in names}


def make_table_zoo(budget, shared):
    """Return unfitted detectors of tables.

    Parameters
    ----------
    budget : {"quick", "normal", "thorough"}
    shared : dict of str to object
        Arguments of GOAD; ``random_state`` is also that of the forest.

    Returns
    -------
    zoo : dict of str to BaseDetector
    """
    seed = shared["random_state"]
    zoo = {
        "knn": KNN(),
        "knn_1": KNN(n_neighbors=1),
        "lof": LOF(),
        "pca": PCA(n_components=0.9),
        "ecod": ECOD(),
        "iforest": IForest(random_state=seed),
    }
    if budget == "quick":
        return zoo
    more = {"knn_20": KNN(n_neighbors=20), "lof_50": LOF(n_neighbors=50)}
    steps = {"normal": 200, "thorough": 400}[budget]
    return zoo | more | {"goad": GOAD(steps=steps, **shared)}

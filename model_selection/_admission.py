"""Who may enter a group: what can detect outliers, with the sign turned if needed."""

import inspect

from pyod.models.base import BaseDetector
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import Pipeline

from model_selection.adapters import SklearnDetector, innermost

WANTED = (
    "wanted a PyOD detector such as KNN(), or an outlier detector of scikit-learn such "
    "as IsolationForest()"
)


def admit(name, detector):
    """Return a detector as PyOD has them, or say why it can be none.

    Parameters
    ----------
    name : str
        What errors call it.
    detector : object
        Fitted or not. Nothing is fitted here.

    Returns
    -------
    object
        The very detector if its scores are larger where more anomalous: PyOD's own,
        and any class that has ``fit`` and ``decision_function`` as they do. A
        `SklearnDetector` of scikit-learn's outlier detectors and of pipelines.

    Raises
    ------
    TypeError
        If it is a class, or nothing that detects outliers.
    ValueError
        If it is a `LocalOutlierFactor` that cannot score new data.
    """
    if isinstance(detector, BaseDetector):
        return detector
    if inspect.isclass(detector):
        raise TypeError(
            f"detector {name} is a class, got {detector.__name__}; wanted an object: "
            f"write {detector.__name__}()"
        )
    _refuse_what_detects_nothing(name, detector)
    is_adapted = isinstance(detector, Pipeline) or _kind(detector) == "outlier_detector"
    return SklearnDetector(detector) if is_adapted else detector


def _refuse_what_detects_nothing(name, detector):
    """Raise unless a detector can be fitted and can score new data."""
    last = innermost(detector)
    if isinstance(last, LocalOutlierFactor) and not last.novelty:
        raise ValueError(
            f"detector {name} is a LocalOutlierFactor with novelty=False, which cannot "
            "score new data; wanted LocalOutlierFactor(novelty=True)"
        )
    missing = [m for m in ("fit", "decision_function") if not hasattr(detector, m)]
    if missing:
        raise TypeError(
            f"detector {name} has no {' and no '.join(missing)}, got "
            f"{_describe(detector)}; {WANTED}"
        )
    kind = _kind(detector)
    if kind not in (None, "outlier_detector"):
        raise TypeError(
            f"detector {name} is a {kind}, got {_describe(detector)}; {WANTED}: its "
            "decision_function separates classes"
        )


def _kind(detector):
    """Return scikit-learn's kind of an estimator, None where it says nothing."""
    if not hasattr(detector, "__sklearn_tags__"):
        return None
    return detector.__sklearn_tags__().estimator_type


def _describe(detector):
    return f"{type(detector).__name__} {' '.join(repr(detector).split())[:60]}"

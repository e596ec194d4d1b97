"""What a criterion is, and how one is found by its name."""

import inspect
from abc import ABC, abstractmethod

import numpy as np
from sklearn.base import BaseEstimator

from model_selection._discovery import find_public_names


def name_detectors(detectors):
    """Return names and detectors of a group.

    Parameters
    ----------
    detectors : list or dict
        Detectors, or a dict from names to detectors.

    Returns
    -------
    names : list of str
        The keys of a dict; ``"<class>[<position>]"`` for a list.
    members : list
        The detectors, in order.

    Raises
    ------
    TypeError
        If it is neither a list, a tuple nor a dict.
    ValueError
        If it is empty, or two keys read the same.
    """
    if isinstance(detectors, dict):
        names, members = [str(key) for key in detectors], list(detectors.values())
    elif isinstance(detectors, list | tuple):
        members = list(detectors)
        names = [f"{type(d).__name__}[{i}]" for i, d in enumerate(members)]
    else:
        raise TypeError(
            "detectors must be a list of detectors or a dict of names to detectors, "
            f"got {type(detectors).__name__}; put a single detector into a list"
        )
    if not members:
        raise ValueError("detectors is empty; pass at least one detector")
    if len(set(names)) < len(names):
        raise ValueError(f"names of detectors must differ, got {names}; rename some")
    return names, members


class Criterion(BaseEstimator, ABC):
    """A label-free measure that gives one value to each model of a group.

    A subclass in a file of `model_selection.criteria` is found by its ``name``.
    Arguments of its constructor are stored as they are, as in scikit-learn.
    `model_selection.check_criterion` checks one.

    Attributes
    ----------
    name : str
        What users write, such as ``"dsv"``.
    greater_is_better : bool
        Whether the largest value marks the best model.
    needs_unlabeled : bool
        Whether unlabeled data other than the training data are required.
    """

    name: str
    greater_is_better: bool
    needs_unlabeled = False

    def check_detectors(self, detectors):
        """Raise if the detectors, fitted or not, can never be compared.

        Parameters
        ----------
        detectors : list or dict
            The group of models.

        Raises
        ------
        TypeError
            If a detector lacks a method that the criterion calls.
        """
        name_detectors(detectors)

    @abstractmethod
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Return one value a model, in the paper's own sign.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors.
        X_train : array-like or sequence
            The training data, in whatever form the detectors take.
        X_unlabeled : array-like or sequence
            Unlabeled data that hold normal samples and anomalies.
        random_state : int, optional (default=0)
            Seed of whatever the criterion draws.

        Returns
        -------
        ndarray of shape (n_models,)
            Float values; NaN marks a model that cannot be judged.
        """

    def losses(self, values):
        """Return values as losses that can be ranked.

        Parameters
        ----------
        values : array-like of shape (n_models,)
            From `evaluate`.

        Returns
        -------
        ndarray of shape (n_models,)
            Smaller is better, whatever the criterion's sign; infinite where a value is
            not finite. Equal to 12 digits is equal, so that rounding breaks no tie.

        Raises
        ------
        ValueError
            If no value is finite.
        """
        values = np.asarray(values, dtype=float)
        losses = -values if self.greater_is_better else values
        losses = np.where(np.isfinite(losses), losses, np.inf)
        if np.isinf(losses).all():
            raise ValueError(
                f"criterion {self.name!r} has no finite value for any of the "
                f"{len(values)} detectors, got {values}; check that their scores or "
                "embeddings are not constant"
            )
        return np.array([float(f"{loss:.12g}") for loss in losses])


def all_criteria():
    """Return every criterion class, by name.

    Returns
    -------
    dict of str to type
        Sorted by name; found by importing the modules of `criteria`.
    """
    # Imported late: the criteria's own files import this one.
    from model_selection import criteria

    found = {}
    for value in find_public_names(criteria.__name__, criteria.__path__).values():
        if inspect.isclass(value) and issubclass(value, Criterion):
            _check_declared(value)
            found[value.name] = value
    return dict(sorted(found.items()))


def get_criterion(criterion):
    """Return a criterion from its name, or the criterion itself.

    Parameters
    ----------
    criterion : str or Criterion
        Such as ``"dsv"`` or ``DSV(cap=0.4)``.

    Returns
    -------
    Criterion
        With default arguments where a name was given.

    Raises
    ------
    ValueError
        If no criterion has that name.
    TypeError
        If it is neither a name nor a criterion, or lacks a name or a direction.
    """
    if isinstance(criterion, Criterion):
        _check_declared(criterion)
        return criterion
    if not isinstance(criterion, str):
        raise TypeError(
            "criterion must be a name or a Criterion instance, got "
            f"{criterion!r}; instantiate a class, as in DSV()"
        )
    known = all_criteria()
    if criterion not in known:
        raise ValueError(f"unknown criterion {criterion!r}; known: {', '.join(known)}")
    return known[criterion]()


def _check_declared(criterion):
    """Raise TypeError unless a criterion says its name and which way is good."""
    missing = [a for a in ("name", "greater_is_better") if not hasattr(criterion, a)]
    if missing:
        raise TypeError(
            f"criterion {type(criterion).__name__} has no {' and no '.join(missing)}; "
            "set name to a str and greater_is_better to True or False in the class"
        )

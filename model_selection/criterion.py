"""What a criterion is, and how one is found by its name."""

import inspect
from abc import ABC, abstractmethod
from types import MappingProxyType

import numpy as np
from sklearn.base import BaseEstimator

from model_selection._discovery import find_public_names
from model_selection._naming import name_detectors


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
    needs_training : bool
        Whether the training data are required; False if the models are enough.
    needs_held_out : bool
        Whether it rests on scores of normal data that the models have not learned from.
    """

    name: str
    greater_is_better: bool
    needs_unlabeled = False
    needs_training = False
    needs_held_out = False

    _checks_that_do_not_fit = MappingProxyType({})
    """Names of common checks, and why they make no sense for this criterion."""

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

    def check_data(self, X_train, X_unlabeled):
        """Raise, before anything is trained, if these data can never be judged on.

        Parameters
        ----------
        X_train, X_unlabeled : object
            As `evaluate` takes them.

        Raises
        ------
        TypeError
            If they are of a form that the criterion cannot draw from.
        """

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
    """Return a criterion from its name or a function, or the criterion itself.

    Parameters
    ----------
    criterion : str, Criterion or callable
        Such as ``"dsv"``, in any case, ``DSV(cap=0.4)``, or a function as
        `make_criterion` takes it. A function without an attribute
        ``greater_is_better`` is a loss: smaller is better.

    Returns
    -------
    Criterion
        With default arguments where a name was given.

    Raises
    ------
    ValueError
        If no criterion has that name, or a function is no loss.
    TypeError
        If it is none of these, or lacks a name or a direction.
    """
    if isinstance(criterion, Criterion):
        _check_declared(criterion)
        return criterion
    if isinstance(criterion, str):
        return _criterion_named(criterion)
    if callable(criterion) and not inspect.isclass(criterion):
        # Imported late: it builds on this file.
        from model_selection.functions import from_function

        return from_function(criterion)
    raise TypeError(
        "criterion must be a name, a Criterion instance or a function, got "
        f"{criterion!r}; instantiate a class, as in DSV()"
    )


def _criterion_named(name):
    """Return a criterion with default arguments."""
    known = all_criteria()
    if name.lower() not in known:
        raise ValueError(f"unknown criterion {name!r}; known: {', '.join(known)}")
    return known[name.lower()]()


def _check_declared(criterion):
    """Raise TypeError unless a criterion says its name and which way is good."""
    kinds = {"name": str, "greater_is_better": bool | np.bool_}
    missing = [a for a in kinds if not hasattr(criterion, a)]
    wrong = [a for a in kinds if not isinstance(getattr(criterion, a, None), kinds[a])]
    if wrong:
        got = {a: getattr(criterion, a) for a in wrong if a not in missing}
        has = f"has no {' and no '.join(missing)}" if missing else f"got {got}"
        label = getattr(criterion, "__name__", type(criterion).__name__)
        raise TypeError(
            f"criterion {label} {has}; "
            "set name to a str and greater_is_better to True or False in the class"
        )


def value_each(detectors, value_of):
    """Return one value a model, and name the model where there is none.

    Parameters
    ----------
    detectors : list or dict
        The group of models.
    value_of : callable (detector) -> float

    Returns
    -------
    ndarray of shape (n_models,)

    Raises
    ------
    ValueError, TypeError
        If a value cannot be had, or is no number.
    """
    values = []
    for name, detector in zip(*name_detectors(detectors), strict=True):
        try:
            values.append(value_of(detector))
        except ValueError as error:
            raise ValueError(f"detector {name}: {error}") from error
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(
            "value must return one number a model, got "
            f"{' '.join(repr(values[0]).split())[:60]} of the first; mend it"
        ) from None


def check_values(criterion, values, names):
    """Return a criterion's values as float64, or say what is wrong with them.

    Parameters
    ----------
    criterion : Criterion
        Whose values they are.
    values : array-like of shape (n_models,)
        From `Criterion.evaluate`.
    names : list of str
        Of the models.

    Returns
    -------
    ndarray of shape (n_models,)

    Raises
    ------
    TypeError
        If they are no numbers.
    ValueError
        If they are not one a model.
    """
    wanted = (
        f"wanted one number for each of the {len(names)} detectors, in their order, "
        "larger where better if greater_is_better is True; mend what the criterion "
        "returns"
    )
    shown = " ".join(repr(values).split())[:60]
    try:
        checked = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(
            f"criterion {criterion.name!r} returned no numbers, got {shown}; {wanted}"
        ) from None
    if checked.shape != (len(names),):
        kind = f"shape {checked.shape}" if checked.shape else "a single number"
        raise ValueError(
            f"criterion {criterion.name!r} returned {kind}, got {shown}; {wanted}"
        )
    return checked

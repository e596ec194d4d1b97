"""Plain functions as criteria."""

import inspect

import numpy as np

from model_selection._fakes import BAD, planted_group
from model_selection.criterion import get_criterion
from model_selection.embedding import AlignmentCriterion
from model_selection.scoring import ConsensusCriterion

ARGUMENTS = {"embeddings": 3, "scores": 1}


def make_criterion(function, *, greater_is_better, on=None, name=None):
    """Make a criterion of a function.

    Parameters
    ----------
    function : callable
        ``function(Z_trn, Z_aug, Z_test) -> float`` on the embeddings of one model, as
        `dsv_loss`, or ``function(scores) -> (n_models,)`` on the score matrix
        ``(n_samples, n_models)`` of all models, as `model_centrality`.
    greater_is_better : bool
        Whether the largest value marks the best model.
    on : {"embeddings", "scores"}, optional (default=None)
        Which of the two it is; None counts the arguments without a default.
    name : str, optional (default=None)
        What it is called; the function's own name if None.

    Returns
    -------
    Criterion
        For `ModelSelector`, `check_criterion` and wherever a criterion is taken.

    Raises
    ------
    TypeError
        If it is no function, takes other arguments, or the direction is no bool.
    ValueError
        If ``on`` is neither of the two.

    Examples
    --------
    >>> def spread(Z_trn, Z_aug, Z_test):
    ...     return Z_test.std()
    >>> make_criterion(spread, greater_is_better=True).name
    'spread'
    """
    if not callable(function) or inspect.isclass(function):
        raise TypeError(
            f"function must be callable, got {function!r}; wanted (Z_trn, Z_aug, "
            "Z_test) -> float or (scores) -> one number a model"
        )
    name = name or getattr(function, "__name__", type(function).__name__)
    on = on or _find_domain(name, function)
    if on not in ARGUMENTS:
        raise ValueError(f"on must be 'embeddings' or 'scores', got {on!r}")
    cls = _OnEmbeddings if on == "embeddings" else _OnScores
    return get_criterion(cls(function, greater_is_better, name))


def from_function(function):
    """Make a criterion of a bare function, whose direction must be beyond doubt.

    Parameters
    ----------
    function : callable
        As `make_criterion` takes it. If it has an attribute ``greater_is_better``,
        that is its direction. Otherwise it is a loss, smaller is better.

    Returns
    -------
    Criterion

    Raises
    ------
    ValueError
        If a function without a direction does not judge planted models as a loss
        does: the largest by a clear margin where embeddings are overfitted. So a
        measure of quality is not taken for a loss.
    """
    if hasattr(function, "greater_is_better"):
        return make_criterion(function, greater_is_better=function.greater_is_better)
    criterion = make_criterion(function, greater_is_better=False)
    _require_loss(criterion)
    return criterion


def _find_domain(name, function):
    """Return what a function is on, by the number of its arguments."""
    parameters = inspect.signature(function).parameters.values()
    positional = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    needed = [p for p in parameters if p.default is p.empty and p.kind in positional]
    for on, count in ARGUMENTS.items():
        if len(needed) == count:
            return on
    raise TypeError(
        f"function {name} takes {[p.name for p in needed]}; wanted three arguments "
        "(Z_trn, Z_aug, Z_test) for a criterion on embeddings, or one (scores) for one "
        "on scores; give the others defaults, or name on= in make_criterion"
    )


def _require_loss(criterion):
    """Raise unless the planted overfitted model has clearly the largest value."""
    models, data = planted_group()
    mend = (
        f"say which way is good: make_criterion({criterion.name}, "
        "greater_is_better=True) or False"
    )
    try:
        values = criterion.evaluate(models, *data)
        others = np.delete(values, BAD)
        is_loss = values[BAD] > others.max() + 0.5 * np.ptp(others)
    except Exception as error:
        raise ValueError(
            f"function {criterion.name} failed on planted models, got "
            f"{type(error).__name__}: {error}; a function without a direction must "
            f"work there, so that its sign can be checked; mend it, or {mend}"
        ) from error
    if not is_loss:
        raise ValueError(
            f"function {criterion.name} has no direction, so it is taken for a loss "
            "(smaller is better), but among planted models the overfitted one, at "
            f"position {BAD}, has not clearly the largest value, got {values}; {mend}"
        )


class _OnEmbeddings(AlignmentCriterion):
    """A function of the embeddings of one model."""

    def __init__(self, function, greater_is_better, name):
        self.function = function
        self.greater_is_better = greater_is_better
        self.name = name

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the function's value for one model."""
        return self.function(Z_trn, Z_aug, Z_test)


class _OnScores(ConsensusCriterion):
    """A function of the scores of all models."""

    def __init__(self, function, greater_is_better, name):
        self.function = function
        self.greater_is_better = greater_is_better
        self.name = name

    def values(self, scores):
        """Return the function's values for all models."""
        return self.function(scores)

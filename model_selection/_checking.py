"""What the checks of criteria have in common: requirements that fail in words."""

import inspect
from contextlib import contextmanager

import numpy as np

from model_selection._fakes import planted_group
from model_selection.criterion import Criterion, get_criterion
from model_selection.embedding import AlignmentCriterion, embed
from model_selection.scoring import ScoreCriterion, score_matrix


def as_instance(criterion):
    """Return a criterion from an instance, a class or a name."""
    if inspect.isclass(criterion) and issubclass(criterion, Criterion):
        return _instantiate(criterion)
    return criterion if isinstance(criterion, Criterion) else get_criterion(criterion)


def _instantiate(cls):
    """Build a criterion with default arguments, or say what to pass."""
    try:
        return cls()
    except TypeError as error:
        raise TypeError(f"{error}; pass an instance of {cls.__name__}") from error


def open_ended(cls):
    """Return the parameters of a constructor that collect any arguments."""
    parameters = inspect.signature(cls).parameters.values()
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [str(parameter) for parameter in parameters if parameter.kind in kinds]


def prepare(criterion, models, data):
    """Return embeddings or scores as one list, and what evaluates them."""
    if isinstance(criterion, AlignmentCriterion):
        triples = [embed(model, *data) for model in models]
        arrays = [Z for triple in triples for Z in triple]
        return arrays, lambda: criterion.evaluate_embeddings(triples)
    if isinstance(criterion, ScoreCriterion):
        scores = score_matrix(models, data[1])
        return [scores], lambda: criterion.evaluate_scores(scores)
    return [], lambda: None


def values_of(criterion, models=None, data=None, random_state=0):
    """Evaluate the planted or given models, and require one float64 value a model."""
    if models is None:
        models, data = planted_group()
    values = criterion.evaluate(models, *data, random_state=random_state)
    dtype, shape = getattr(values, "dtype", type(values)), np.shape(values)
    require(
        dtype == np.float64 and shape == (len(models),),
        criterion,
        f"{len(models)} models must have a float64 array of shape ({len(models)},) of "
        f"values, got {dtype} of shape {shape}; return one number a model",
    )
    return values


def require_error(criterion, error, words, detectors):
    """Require an error with these words for a group that cannot be judged."""
    _, data = planted_group()
    wanted = f"{detectors!r} must raise a {error.__name__} that says {words!r}"
    try:
        criterion.evaluate(detectors, *data)
    except Exception as got:
        if isinstance(got, error) and words in str(got):
            return
        raise failure(criterion, f"{wanted}, got {got!r}") from got
    raise failure(criterion, f"{wanted}, got no error; call the inherited evaluate")


@contextmanager
def require_global_generator_untouched(criterion):
    """Require that NumPy's global generator is not drawn from and not seeded."""
    # A state of our own, because seeding twice with the same seed would not show.
    kept, ours = np.random.get_state(), np.random.RandomState(918273)  # noqa: NPY002
    np.random.set_state(ours.get_state())  # noqa: NPY002
    try:
        yield
        now = np.random.get_state()  # noqa: NPY002
    finally:
        np.random.set_state(kept)  # noqa: NPY002
    require(
        all(map(np.array_equal, now, ours.get_state())),
        criterion,
        "evaluate must leave NumPy's global generator alone; draw from "
        "np.random.default_rng(random_state)",
    )


def require_equal(criterion, cause, got, want):
    """Require the very same values."""
    require(
        np.array_equal(got, want, equal_nan=True),
        criterion,
        f"{cause} must leave the values as they are, got {got} in place of {want}",
    )


def require_close(criterion, cause, got, want):
    """Require the same values but for rounding."""
    require(
        np.allclose(got, want, rtol=1e-9, atol=1e-12, equal_nan=True),
        criterion,
        f"{cause} must have the same values model by model, got {got} in place of "
        f"{want}",
    )


def require(holds, criterion, message):
    """Raise AssertionError with a message unless something holds."""
    if not holds:
        raise failure(criterion, message)


def failure(criterion, message):
    """Return the error of a criterion that fails a check."""
    return AssertionError(f"criterion {label(criterion)}: {message}")


def label(criterion):
    """Return a criterion's representation, or its class where it has none."""
    try:
        return repr(criterion)
    except Exception:
        # A constructor that stores no argument breaks it.
        return f"{type(criterion).__name__}(?)"

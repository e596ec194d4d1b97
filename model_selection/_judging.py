"""Choosing the criteria of a selection, and ranking fitted models by them."""

import numpy as np
from scipy.stats import rankdata

from model_selection._inputs import first, like
from model_selection._naming import distinct_names
from model_selection._sharing import share
from model_selection._warning import warn_user
from model_selection.criterion import check_values, get_criterion
from model_selection.embedding import (
    AlignmentCriterion,
    lacks_embedding,
    why_not_augmenting,
)
from model_selection.held_out import scores_out_of_sample
from model_selection.ranking import AGGREGATIONS, rank_agreement
from model_selection.scoring import ConsensusCriterion


def choose_criteria(criterion, group, X, X_unlabeled):
    """Return the criteria that a selection takes, by their names.

    Parameters
    ----------
    criterion : str, Criterion, callable or list of those
        As `model_selection.ModelSelector` takes it.
    group : dict of str to object
        The detectors, fitted or not.
    X, X_unlabeled : object
        Data; None where they are not given.

    Returns
    -------
    dict of str to Criterion
        In the order given.

    Raises
    ------
    TypeError, ValueError
        If one is unknown, cannot judge these detectors, or lacks data.
    """
    several = list(criterion) if isinstance(criterion, list | tuple) else [criterion]
    if not several:
        raise ValueError("criterion is an empty list; name at least one, such as 'dsv'")
    chosen = [_resolve(one, group, X, X_unlabeled) for one in several]
    for one in chosen:
        one.check_detectors(group)
        _require_data(one, X, X_unlabeled)
        one.check_data(X, first(X_unlabeled, X))
        _require_comparable(one, group)
        _require_augmenting(one, group, X)
    _refuse_repeated(several, chosen)
    _warn_of_two(chosen, group)
    names = distinct_names([one.name for one in chosen], chosen)
    return dict(zip(names, chosen, strict=True))


def _resolve(criterion, group, X, X_unlabeled):
    """Return one criterion, what "auto" stands for included."""
    if not _is_auto(criterion):
        return get_criterion(criterion)
    if not why_no_embedding(group, X, X_unlabeled):
        return get_criterion("dsv")
    return get_criterion("sel" if why_no_evidence(group, X_unlabeled) else "evidence")


def _is_auto(criterion):
    return isinstance(criterion, str) and criterion.lower() == "auto"


def _has_auto(criteria):
    return any(map(_is_auto, criteria))


def announce(criterion, criteria, group, X, X_unlabeled):
    """Print which criteria are taken, and why "auto" is not one on embeddings.

    Parameters
    ----------
    criterion, group, X, X_unlabeled
        As in `choose_criteria`.
    criteria : dict of str to Criterion
        What it has returned.
    """
    several = criterion if isinstance(criterion, list | tuple) else [criterion]
    reasons = []
    if _has_auto(several) and (reason := why_no_embedding(group, X, X_unlabeled)):
        reasons = [reason, why_no_evidence(group, X_unlabeled)]
    because = f", because {' and '.join(filter(None, reasons))}" if reasons else ""
    print(f"criterion: {', '.join(criteria)}{because}")


def why_no_embedding(group, X, X_unlabeled):
    """Say what keeps "auto" from a criterion on embeddings; nothing if it may be one.

    Parameters
    ----------
    group : Group
        The detectors, fitted or not.
    X, X_unlabeled : object
        Data; None where they are not given.

    Returns
    -------
    str
    """
    for name, detector in group.items():
        if missing := lacks_embedding(detector):
            return f"{name} has no {' and no '.join(missing)}"
    for name, data in (("X", X), ("X_unlabeled", X_unlabeled)):
        if data is None:
            return f"{name} is not given"
    reasons = (_why_no_augmenting(*pair, group, X) for pair in group.items())
    return _why_not_comparable(group) or next(filter(None, reasons), "")


def why_no_evidence(group, X_unlabeled):
    """Say what keeps "auto" from a criterion on held-out scores; nothing if it may.

    Parameters
    ----------
    group : Group
        The detectors, fitted or not.
    X_unlabeled : object
        None where they are not given.

    Returns
    -------
    str
    """
    if X_unlabeled is None:
        return "X_unlabeled is not given"
    in_sample = [n for n, d in group.items() if not scores_out_of_sample(d)]
    return f"{in_sample[0]} scores its training data in sample" if in_sample else ""


def _why_not_comparable(group):
    """Say which detectors embed with different networks; nothing if with one."""
    networks = {}
    for name, detector in group.items():
        networks.setdefault(getattr(detector, "embedded_by", None), name)
    if len(networks) == 1:
        return ""
    listed = ", ".join(f"{name} with {network}" for network, name in networks.items())
    return f"detectors embed with different networks ({listed})"


def _why_no_augmenting(name, detector, group, X):
    reason = why_not_augmenting(detector, share(group, X))
    return f"{name} cannot augment ({reason})" if reason else ""


def _require_comparable(criterion, group):
    """Raise TypeError if a criterion cannot compare the detectors' embeddings."""
    if not isinstance(criterion, AlignmentCriterion):
        return
    if reason := _why_not_comparable(group):
        raise TypeError(
            f"criterion {criterion.name!r} compares distances of embeddings, and "
            f"{reason}, where they are on no common scale; select among those of one "
            "network, or choose 'evidence', which compares any"
        )


def _require_augmenting(criterion, group, X):
    """Raise TypeError, naming the detector, if one cannot augment these data."""
    if not isinstance(criterion, AlignmentCriterion):
        return
    for name, detector in group.items():
        if reason := _why_no_augmenting(name, detector, group, X):
            raise TypeError(
                f"criterion {criterion.name!r} compares with augmented data, and "
                f"detector {reason}; leave it out, or choose 'mc', 'sel' or 'hits'"
            )


def _refuse_repeated(given, chosen):
    """Raise ValueError if a criterion is there twice, so that it would count twice."""
    kinds = [(type(one), str(one.get_params())) for one in chosen]
    repeated = next((i for i, k in enumerate(kinds) if k in kinds[:i]), None)
    if repeated is not None:
        name = chosen[repeated].name
        stands = f", where 'auto' stands for {name!r}" if _has_auto(given) else ""
        raise ValueError(
            f"criterion has {name!r} twice, got {given}{stands}; wanted different "
            "ones, since each counts once: leave one out"
        )


def _require_data(criterion, X, X_unlabeled):
    """Raise ValueError if data that a criterion compares are missing."""
    if criterion.needs_training and X is None:
        raise ValueError(
            f"criterion {criterion.name!r} compares the training data with unlabeled "
            "data, got X=None; pass fit(X, X_unlabeled=...), or choose 'mc', 'sel' or "
            "'hits'"
        )
    if criterion.needs_unlabeled and X_unlabeled is None:
        raise ValueError(
            f"criterion {criterion.name!r} compares the training data with unlabeled "
            "data, got X_unlabeled=None; pass fit(X, X_unlabeled=...), or choose 'mc', "
            "'sel' or 'hits'"
        )


def _warn_of_two(criteria, group):
    """Warn where models are judged by one another and there are two of them."""
    mutual = [c.name for c in criteria if isinstance(c, ConsensusCriterion)]
    if len(group) == 2 and mutual:
        warn_user(
            f"Two detectors agree with one another equally: {', '.join(mutual)} cannot "
            "tell which is better, and the first wins a tie. Wanted are at least three "
            "detectors, or, if both can embed and augment, criterion='dsv' with "
            "X_unlabeled."
        )


def judge(criteria, group, X, X_unlabeled, random_state, aggregate="mean"):
    """Rank fitted detectors by one criterion or by the ranks of several.

    Parameters
    ----------
    criteria : dict of str to Criterion
        From `choose_criteria`.
    group : Group
        Fitted detectors.
    X, X_unlabeled : array-like or sequence
        Data.
    random_state : int
        Seed of what the criteria draw.
    aggregate : str, optional (default="mean")
        One of `AGGREGATIONS`.

    Returns
    -------
    values : ndarray of shape (n_models,)
        Those of the one criterion, or the ranks by all.
    losses : ndarray of shape (n_models,)
        Smaller is better; infinite where a model cannot be judged.
    columns : dict of str to ndarray
        Value and rank by each of several criteria; empty for one.
    agreement : ndarray of shape (n_criteria, n_criteria)
        See `rank_agreement`.

    Raises
    ------
    TypeError, ValueError, RuntimeError
        If a criterion fails; the error names it.
    """
    values = [
        _evaluate(name, criterion, group, X, X_unlabeled, random_state)
        for name, criterion in criteria.items()
    ]
    losses = np.column_stack(
        [c.losses(v) for c, v in zip(criteria.values(), values, strict=True)]
    )
    agreement = rank_agreement(losses)
    if len(values) == 1:
        return values[0], losses[:, 0], {}, agreement
    columns = {}
    for name, column, loss in zip(criteria, values, losses.T, strict=True):
        columns[f"value_{name}"] = column
        columns[f"rank_{name}"] = competition_ranks(loss)
    ranks = AGGREGATIONS[aggregate](losses)
    judged = np.isfinite(losses).any(axis=1)
    return ranks, np.where(judged, ranks, np.inf), columns, agreement


def competition_ranks(losses):
    """Return ranks from 1, where those that tie share the smallest."""
    return rankdata(losses, method="min").astype(int)


def _evaluate(name, criterion, group, X, X_unlabeled, random_state):
    """Return the values of one criterion; name it in whatever error arises."""
    try:
        values = criterion.evaluate(group, X, X_unlabeled, random_state=random_state)
    except Exception as error:
        is_plain = isinstance(error, ValueError | TypeError)
        shown = str(error) if is_plain else f"{type(error).__name__}: {error}"
        raise like(error, f"criterion {name!r} failed: {shown}") from error
    return check_values(criterion, values, list(group))

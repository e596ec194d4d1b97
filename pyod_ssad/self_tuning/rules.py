"""The rules that compare what has been learned, without labels."""

import warnings

import numpy as np

from pyod_ssad.densities import build_density, score
from pyod_ssad.self_tuning.validation_loss import score_variance

VARIANCE = "score_variance"
RULES = (VARIANCE, "dsv")


def check_rule(name, rule):
    """Check that a rule is one of the names, or a function.

    Raises
    ------
    ValueError
        Naming the parameter.
    """
    if not callable(rule) and (not isinstance(rule, str) or rule not in RULES):
        raise ValueError(
            f"{name} must be one of {list(RULES)} or a function of the embeddings "
            f"(Z_train, Z_augmented, Z_unlabeled), got {rule!r}."
        )


def build_rule(name, rule, density, seed=None):
    """Return a rule that compares what has been learned, without labels.

    Parameters
    ----------
    name : str
        Of the parameter that holds the rule, for messages.
    rule : {"score_variance", "dsv"} or callable
    density : "gaussian" or PyOD detector
        What scores the embeddings for the variance of scores.
    seed : int, optional (default=None)
        Of the density.

    Returns
    -------
    rule : callable (Z_train, Z_augmented, Z_unlabeled) -> float
        Of embeddings ``(n, d)``; larger is better, and minus infinity where the given
        rule has no answer, so that such a network does not win, nor keep its place
        as the first.

    Raises
    ------
    ValueError
        If `rule` is none of these.
    """
    check_rule(name, rule)

    def variance(Z_train, Z_augmented, Z_unlabeled):
        fitted = build_density(density, seed)
        fitted.fit(Z_train)
        return score_variance(score(fitted, Z_train), score(fitted, Z_unlabeled))

    if not callable(rule):
        rule = {VARIANCE: variance, "dsv": _minus_dsv_loss}[rule]
    return lambda *Z: float(np.nan_to_num(rule(*Z), nan=-np.inf))


def warn_if_undecided(name, values, what):
    """Warn if a rule had no answer for any of what it compares.

    Parameters
    ----------
    name : str
        Of the parameter that holds the rule.
    values : list of float
        What the rule said.
    what : str
        What it compares, for the message.

    Warns
    -----
    UserWarning
        If there are several values and all are minus infinity.
    """
    if len(values) > 1 and max(values) == -np.inf:
        warnings.warn(
            f"{name} has no answer for any of the {len(values)} {what}, so the first "
            "was kept. It may want more, or more different, training images; or "
            f"choose another {name}.",
            UserWarning,
            stacklevel=7,
        )


def _minus_dsv_loss(*embeddings):
    # Imported late: detectors do without the criteria, and all are imported together.
    from model_selection import dsv_loss

    return -dsv_loss(*embeddings)

"""What every start of ST-SSAD comes to, and the rules that compare starts."""

import warnings
from dataclasses import dataclass

import numpy as np

from pyod_ssad.densities import build_density, score
from pyod_ssad.self_tuning.validation_loss import score_variance


@dataclass(frozen=True)
class Candidate:
    """One start, tuned, with the network that has learned from it.

    Parameters
    ----------
    start : int
        Its number.
    augmentation : LearnableAugmentation
        Fixed at the tuned hyperparameters.
    initial, tuned : dict of str to float
        The hyperparameters before and after tuning.
    losses : list of two floats
        Validation losses of both at the same, tuned network.
    trajectory : list of dict
        One row an iteration.
    network : PretextNetwork
        Trained on the tuned augmentation.
    training_history : list of dict
    selection, family_selection : float
        What the rules among starts and among families say; larger is better.
    seconds : float
    """

    start: int
    augmentation: object
    initial: dict
    tuned: dict
    losses: list
    trajectory: list
    network: object
    training_history: list
    selection: float
    family_selection: float
    seconds: float

    @property
    def family(self):
        """Return the family's name, as in `AUGMENTATIONS`."""
        return type(self.augmentation).__name__.lower()

    @property
    def is_aligned(self):
        """Say whether tuning has lowered the validation loss."""
        return self.losses[1] < self.losses[0]

    def as_row(self):
        """Return what is worth keeping of a start that was not chosen."""
        return {
            "family": self.family,
            "start": self.start,
            "initial": self.initial,
            "tuned": self.tuned,
            "initial_loss": self.losses[0],
            "tuned_loss": self.losses[1],
            "is_aligned": self.is_aligned,
            "selection": self.selection,
            "family_selection": self.family_selection,
            "iterations": len(self.trajectory),
            "seconds": self.seconds,
        }

    def trajectory_rows(self):
        """Return the trajectory with the family's name and the start's number."""
        named = {"family": self.family, "start": self.start}
        return [{**named, **row} for row in self.trajectory]


VARIANCE = "score_variance"
FEWEST = 3
"""Training images whose scores vary: those of two are the same."""


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

    def variance(Z_train, Z_augmented, Z_unlabeled):
        fitted = build_density(density, seed)
        fitted.fit(Z_train)
        return score_variance(score(fitted, Z_train), score(fitted, Z_unlabeled))

    rules = {VARIANCE: variance, "dsv": _minus_dsv_loss}
    if not callable(rule):
        if not isinstance(rule, str) or rule not in rules:
            raise ValueError(
                f"{name} must be one of {list(rules)} or a function of the embeddings "
                f"(Z_train, Z_augmented, Z_unlabeled), got {rule!r}."
            )
        rule = rules[rule]
    return lambda *Z: float(np.nan_to_num(rule(*Z), nan=-np.inf))


def check_decidable(name, rule, n_images):
    """Check that a rule which has to decide will be able to.

    Parameters
    ----------
    name, rule
        See `build_rule`.
    n_images : int
        Training images.

    Raises
    ------
    ValueError
        If the rule is the variance of scores and the images are fewer than three.
    """
    if isinstance(rule, str) and rule == VARIANCE and n_images < FEWEST:
        raise ValueError(
            f"{name}={VARIANCE!r} wants at least {FEWEST} training images, got "
            f"{n_images}: it measures in standard deviations of their scores, and two "
            f"images score the same. Give more images, or take {name}='dsv'."
        )


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
            stacklevel=5,
        )


def _minus_dsv_loss(*embeddings):
    # Imported late: detectors do without the criteria, and all are imported together.
    from model_selection import dsv_loss

    return -dsv_loss(*embeddings)

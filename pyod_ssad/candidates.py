"""What every start of ST-SSAD comes to, and the rules that compare starts."""

from dataclasses import dataclass

from pyod_ssad.density import build_density, score
from pyod_ssad.validation_loss import score_variance


@dataclass(frozen=True)
class Candidate:
    """One start, tuned, with the network that has learned from it.

    Parameters
    ----------
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
    selection : float
        What the rule says; larger is better.
    seconds : float
    """

    augmentation: object
    initial: dict
    tuned: dict
    losses: list
    trajectory: list
    network: object
    training_history: list
    selection: float
    seconds: float

    @property
    def family(self):
        """Return the family's name, as in `AUGMENTATIONS`."""
        return type(self.augmentation).__name__.lower()

    @property
    def is_aligned(self):
        """Say whether tuning has lowered the validation loss."""
        return self.losses[1] < self.losses[0]

    def as_row(self, start):
        """Return what is worth keeping of a start that was not chosen."""
        return {
            "family": self.family,
            "start": start,
            "initial": self.initial,
            "tuned": self.tuned,
            "initial_loss": self.losses[0],
            "tuned_loss": self.losses[1],
            "is_aligned": self.is_aligned,
            "selection": self.selection,
            "iterations": len(self.trajectory),
            "seconds": self.seconds,
        }

    def trajectory_rows(self, start):
        """Return the trajectory with the family's name and the start's number."""
        return [
            {"family": self.family, "start": start, **row} for row in self.trajectory
        ]


def build_rule(selection, density, seed=None):
    """Return the rule that compares starts.

    Parameters
    ----------
    selection : "score_variance" or callable
    density : "gaussian" or PyOD detector
        What scores the embeddings for the variance of scores.
    seed : int, optional (default=None)
        Of the density.

    Returns
    -------
    rule : callable (Z_train, Z_augmented, Z_unlabeled) -> float
        Of embeddings ``(n, d)``; larger is better.

    Raises
    ------
    ValueError
        If `selection` is neither.
    """
    if callable(selection):
        return selection
    if selection != "score_variance":
        raise ValueError(
            "selection must be 'score_variance' or a function of the embeddings "
            f"(Z_train, Z_augmented, Z_unlabeled), got {selection!r}."
        )

    def rule(Z_train, Z_augmented, Z_unlabeled):
        fitted = build_density(density, seed)
        fitted.fit(Z_train)
        return score_variance(score(fitted, Z_train), score(fitted, Z_unlabeled))

    return rule

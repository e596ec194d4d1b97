"""What every start of ST-SSAD comes to, and which of them is chosen."""

import warnings
from dataclasses import dataclass

from pyod_ssad.self_tuning.rules import warn_if_undecided


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


class Candidates:
    """What the starts come to, one after the other.

    Attributes
    ----------
    rows : list of dict
        `Candidate.as_row` of every start.
    history : list of dict
        The trajectories of all starts.
    """

    def __init__(self):
        self.rows, self.history = [], []
        self._best = {}

    def add(self, family, candidate):
        """Take note of a start; keep its network if it is its family's best so far.

        Parameters
        ----------
        family : LearnableAugmentation
            As it was before tuning, which tells families of one class apart.
        candidate : Candidate
        """
        self.history += candidate.trajectory_rows()
        self.rows.append(candidate.as_row())
        # Only each family's best network is kept: there may be many starts.
        best = self._best.get(family)
        if best is None or candidate.selection > best.selection:
            self._best[family] = candidate

    def choose(self):
        """Return the best start of the best family."""
        return max(self._best.values(), key=lambda best: best.family_selection)

    def warn(self):
        """Warn of what tuning or a rule has not achieved; called by `_learn`.

        Warns
        -----
        UserWarning
            If no start that was tuned has aligned, or a rule had no answer.
        """
        was_tuned = any(row["iterations"] for row in self.rows)
        if was_tuned and not any(row["is_aligned"] for row in self.rows):
            warnings.warn(
                "No start aligned: tuning has lowered the validation loss of none of "
                f"{len(self.rows)} starts. The augmentation may not fit the anomalies: "
                "try other families, more iterations or starts, or a larger "
                "image_size.",
                UserWarning,
                stacklevel=5,
            )
        self._warn_if_undecided()

    def _warn_if_undecided(self):
        for family in dict.fromkeys(best.family for best in self._best.values()):
            values = [r["selection"] for r in self.rows if r["family"] == family]
            warn_if_undecided("selection", values, f"starts of {family}")
        values = [best.family_selection for best in self._best.values()]
        warn_if_undecided("family_selection", values, "families")

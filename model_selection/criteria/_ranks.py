"""What the criteria on score matrices share: options, rank weights, silent models."""

import numpy as np
from scipy.stats import rankdata

RANK_ORDERS = ("descending", "ascending")


def rank_weights(scores, rank_order):
    """1 / rank of each sample in each model, with rank 1 at the chosen end."""
    ordered = -scores if rank_order == "descending" else scores
    return 1.0 / rankdata(ordered, axis=0)


def among_informative(scores, values_of):
    """Apply a function to the models that rank anything; the others get NaN."""
    informative = (scores != scores[0]).any(axis=0)
    values = np.full(scores.shape[1], np.nan)
    if informative.any():
        values[informative] = values_of(scores[:, informative])
    return values


def check_choice(argument, value, choices):
    """Raise ValueError unless the value is one of the choices."""
    if value not in choices:
        raise ValueError(f"{argument} must be one of {tuple(choices)}, got {value!r}")

"""Scores of images by networks that have not seen them."""

from dataclasses import replace

import numpy as np
from tqdm.auto import tqdm

from pyod_ssad.calibration.folds import (
    DENSITY_FOLDS,
    fewest_left,
    out_of_fold_scores,
    split,
)
from pyod_ssad.calibration.units import to_units_of
from pyod_ssad.densities import score
from pyod_ssad.pretext.embeddings import CHUNK, represent

PARTS = 3


def cross_fit(train, images, own, stage, plan):
    """Score each part of the images by a network that was trained on the others.

    Parameters
    ----------
    train : callable (images, plan) -> PretextNetwork
    images : tensor of shape (n, C, H, W)
        The training images; at least six.
    own : float64 ndarray of shape (n,)
        Out-of-fold scores of the network that was trained on all of them.
    stage : Stage
        The second stage.
    plan : TrainingPlan
        Of that network. The others make as many passes over their images.

    Returns
    -------
    scores : float64 ndarray of shape (n,)
        In the units of `own`.
    """
    scores = np.empty(len(images))
    parts = split(len(images), PARTS, plan.seed)
    for part in tqdm(parts, "calibrating", disable=plan.verbose != 1):
        rest = np.setdiff1d(np.arange(len(images)), part)
        steps = max(1, round(plan.steps * len(rest) / len(images)))
        network = train(images[rest], replace(plan, steps=steps, verbose=0))
        stage.observe(network, images[rest], plan)
        R = represent(network, stage, images.split(CHUNK), plan.device)
        density = stage.make_density()
        density.fit(R[rest])
        seen = out_of_fold_scores(stage.make_density, R[rest], plan.seed)
        scores[part] = to_units_of(score(density, R[part]), seen, own)
    return scores


def fewest_fitted(n, is_cross_fitted):
    """Return the fewest of n images that a density is fitted on for their scores."""
    trained = fewest_left(n, PARTS) if is_cross_fitted else n
    return fewest_left(trained, DENSITY_FOLDS)

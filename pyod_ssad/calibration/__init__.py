"""Scores of training images by what has not learned from them."""

from pyod_ssad.calibration.cross_fit import cross_fit, fewest_fitted
from pyod_ssad.calibration.folds import out_of_fold_scores

__all__ = ["cross_fit", "fewest_fitted", "out_of_fold_scores"]

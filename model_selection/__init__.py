"""Label-free selection of anomaly detectors.

`ModelSelector` picks the best of any group of detectors, of PyOD or scikit-learn, of
images or tables, without a label. The
criteria behind it are pure functions on arrays with a thin class over each, and the
table functions compare methods over tasks. The package works without torch.
"""

from model_selection import criteria
from model_selection.adapters import SklearnDetector
from model_selection.calibration import conformal_p_values
from model_selection.checks import check_criterion, parametrize_with_checks
from model_selection.combining import calibrated_scores
from model_selection.criteria import *  # noqa: F403
from model_selection.criterion import Criterion, all_criteria, get_criterion
from model_selection.embedding import AlignmentCriterion, embed
from model_selection.functions import make_criterion
from model_selection.held_out import HeldOutCriterion, held_out_scores
from model_selection.metrics import (
    per_region_overlap,
    pixel_auroc,
    pixel_average_precision,
)
from model_selection.pixels import OnPixels
from model_selection.ranking import mean_ranks, rank_agreement, robust_ranks
from model_selection.scoring import (
    ConsensusCriterion,
    ScoreCriterion,
    score_matrix,
)
from model_selection.selector import ModelSelector
from model_selection.tables import (
    grouped_means,
    holm,
    mean_table,
    rank_table,
    task_matrix,
    to_markdown,
    wilcoxon_table,
)

__all__ = [
    *criteria.__all__,
    "AlignmentCriterion",
    "ConsensusCriterion",
    "Criterion",
    "HeldOutCriterion",
    "ModelSelector",
    "OnPixels",
    "ScoreCriterion",
    "SklearnDetector",
    "all_criteria",
    "calibrated_scores",
    "check_criterion",
    "conformal_p_values",
    "embed",
    "get_criterion",
    "grouped_means",
    "held_out_scores",
    "holm",
    "make_criterion",
    "mean_ranks",
    "mean_table",
    "parametrize_with_checks",
    "per_region_overlap",
    "pixel_auroc",
    "pixel_average_precision",
    "rank_agreement",
    "rank_table",
    "robust_ranks",
    "score_matrix",
    "task_matrix",
    "to_markdown",
    "wilcoxon_table",
]

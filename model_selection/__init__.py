"""Label-free selection of anomaly detectors.

`ModelSelector` picks the best of any group of PyOD detectors without a label. The
criteria behind it are pure functions on arrays with a thin class over each, and the
table functions compare methods over tasks. The package works without torch.
"""

from model_selection.alignment import (
    DSV,
    Discordance,
    Separability,
    discordance,
    dsv_loss,
    separability,
)
from model_selection.consensus import (
    HITS,
    MC,
    SEL,
    hits_hubness,
    model_centrality,
    select_agreement,
)
from model_selection.criterion import Criterion, all_criteria, get_criterion
from model_selection.distances import (
    MMD,
    STD,
    Base,
    distance_std,
    mean_distance,
    squared_mmd,
)
from model_selection.embedding import AlignmentCriterion, embed
from model_selection.scoring import ConsensusCriterion, score_matrix
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
    "DSV",
    "HITS",
    "MC",
    "MMD",
    "SEL",
    "STD",
    "AlignmentCriterion",
    "Base",
    "ConsensusCriterion",
    "Criterion",
    "Discordance",
    "ModelSelector",
    "Separability",
    "all_criteria",
    "discordance",
    "distance_std",
    "dsv_loss",
    "embed",
    "get_criterion",
    "grouped_means",
    "hits_hubness",
    "holm",
    "mean_distance",
    "mean_table",
    "model_centrality",
    "rank_table",
    "score_matrix",
    "select_agreement",
    "separability",
    "squared_mmd",
    "task_matrix",
    "to_markdown",
    "wilcoxon_table",
]

"""Mean one-class AUC that the authors, or others, have published."""

import pandas as pd

TWO_STAGE = "Sohn et al., ICLR 2021"

PUBLISHED = (
    ("rotation", "cifar10", 0.913, TWO_STAGE),
    ("rotation", "cifar100", 0.841, TWO_STAGE),
    ("rotation", "fashion_mnist", 0.958, TWO_STAGE),
    ("contrastive", "cifar10", 0.890, "the code of " + TWO_STAGE),
    ("contrastive_da", "cifar10", 0.925, TWO_STAGE),
    ("contrastive_da", "cifar100", 0.865, TWO_STAGE),
    ("contrastive_da", "fashion_mnist", 0.948, TWO_STAGE),
    ("geom", "cifar10", 0.860, "Golan and El-Yaniv, NeurIPS 2018"),
    ("geom", "cifar100", 0.787, "Golan and El-Yaniv, NeurIPS 2018"),
    ("geom", "fashion_mnist", 0.935, "Golan and El-Yaniv, NeurIPS 2018"),
    ("goad", "cifar10", 0.882, "Bergman and Hoshen, ICLR 2020"),
    ("goad", "fashion_mnist", 0.941, "Bergman and Hoshen, ICLR 2020"),
    ("csi", "cifar10", 0.943, "Tack et al., NeurIPS 2020"),
)
"""Detector, data set, AUC, source. `SSD`, `DAE` and `DeepSAD` as they are here have
none of one-class splits."""


def published_table():
    """Return what was published, detectors by data sets."""
    columns = ["detector", "data", "auc", "source"]
    rows = pd.DataFrame(PUBLISHED, columns=columns)
    return rows.pivot(index="detector", columns="data", values="auc")

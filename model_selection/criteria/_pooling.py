"""What the baselines on distances share: one pooled set against the test set."""

import numpy as np

from model_selection._pairwise import check_embeddings


def pool_seen(Z_trn, Z_aug, Z_test):
    """Return training and augmented embeddings as one set, and the test set."""
    trn, aug, test = check_embeddings(Z_trn=Z_trn, Z_aug=Z_aug, Z_test=Z_test)
    return np.vstack([trn, aug]), test

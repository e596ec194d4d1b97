"""What the template does beside what every detector is checked for."""

import numpy as np
import torch
from numpy.testing import assert_allclose

from pyod_ssad import CutOutSSAD
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.embeddings import CHUNK

TINY = {"image_size": 16, "steps": 2, "batch_size": 4, "random_state": 0}


def test_more_images_than_a_chunk_are_each_embedded_once():
    X = np.random.default_rng(0).random((CHUNK + 3, 16, 16), dtype=np.float32)
    clf = CutOutSSAD(**TINY).fit(X)
    Z = clf.transform(X)
    assert len(Z) == len(X) == len(clf.decision_scores_)
    assert_allclose(Z[CHUNK:], clf.transform(X[CHUNK:]), atol=1e-5)
    assert clf.augment(X).shape == X.shape


def test_the_plan_is_what_was_asked_for():
    plan = CutOutSSAD(**TINY, precision="bfloat16", verbose=2)._make_plan()
    assert (plan.steps, plan.batch_size) == (2, 4)
    assert (plan.precision, plan.verbose) == ("bfloat16", 2)
    assert plan.device == torch.device("cpu")


def test_augmentations_draw_from_the_generator_of_training(monkeypatch):
    seen = []

    def loss(self, forward, images, generator):
        seen.append(generator)
        return {"loss": forward(images).square().mean()}

    monkeypatch.setattr(AugmentedOrNot, "loss", loss)
    clf = CutOutSSAD(**TINY, calibration="density")
    clf.fit(np.random.default_rng(0).random((6, 16, 16)))
    assert len(seen) == 2
    assert all(isinstance(generator, torch.Generator) for generator in seen)

"""What is said of arguments that pretext tasks cannot work with."""

import pytest
import torch

from pyod_ssad.augmentations import Noise, QuarterTurns
from pyod_ssad.pretext.centres import TripletCentre
from pyod_ssad.pretext.contrastive import Contrastive
from pyod_ssad.pretext.deep_sad import Hypersphere
from pyod_ssad.pretext.transforms import TransformPrediction
from tests.pyod_ssad.pretext.fakes import as_batch, make_images, seeded


def lose(pretext):
    return pretext.loss(lambda x: x.flatten(1), as_batch(make_images(3)), seeded())


TURNS = QuarterTurns()
MESSAGES = {
    "no copies": (
        lambda: lose(TransformPrediction(TURNS, copies=0)),
        "copies must be None, .* from 2 to 4.* got 0",
    ),
    "one copy": (
        lambda: lose(TripletCentre(TURNS, copies=1)),
        "copies must be None, .* from 2 to 4.* got 1",
    ),
    "too many copies": (
        lambda: lose(Contrastive(Noise(), TURNS, copies=5)),
        "copies must be None, .* from 2 to 4.* got 5",
    ),
    "a share of copies": (
        lambda: lose(TripletCentre(TURNS, copies=0.5)),
        "copies must be None, .* from 2 to 4.* got 0.5",
    ),
    "another score": (
        lambda: TransformPrediction(TURNS, score="dirichelt"),
        "score must be one of .*'dirichlet'.* got 'dirichelt'",
    ),
    "known anomalies as numbers": (
        lambda: Hypersphere(Noise(), torch.zeros(2, 3, 8, 8, dtype=torch.int64)),
        "known is torch.int64 of the shape .*2, 3, 8, 8.* wanted uint8",
    ),
    "one known anomaly alone": (
        lambda: Hypersphere(Noise(), torch.rand(3, 8, 8)),
        "known is torch.float32 of the shape .*3, 8, 8.* wanted .*m, C, H, W",
    ),
    "no known anomaly": (
        lambda: Hypersphere(Noise(), torch.zeros(0, 3, 8, 8, dtype=torch.uint8)),
        "known is torch.uint8 .*0, 3, 8, 8.* at least one image.* Pass None",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_says_what_is_wanted(case):
    call, words = MESSAGES[case]
    with pytest.raises(ValueError, match=words):
        call()

"""What a parameter of one detector may not be is said before an update."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_iris

import pyod_ssad
from tests.pyod_ssad.detectors.making import X, make

TABLE = load_iris().data[:12]

WRONG = [
    *(("GOAD", TABLE, name, n) for name in ("rank", "width") for n in (0, 1.5, "x")),
    *(("GOAD", TABLE, "n_transforms", n) for n in (1, 0, 2.5, None)),
    *(("GOAD", X, "shift", n) for n in (-0.1, 0.6, np.nan)),
    *((cls, X, "copies", n) for cls in ("GEOM", "GOAD") for n in (0, 1, 9, 2.5)),
    *(
        (cls, X, "temperature", n)
        for cls in ("ContrastiveSSAD", "SSD", "CSI")
        for n in (0, -1, np.nan, None)
    ),
    *(("SSD", X, "n_clusters", n) for n in (0, 1.5, None)),
    *(("CSI", X, "n_views", n) for n in (0, -1, 1.5, "x")),
    *(("DeepSAD", X, "eta", n) for n in (0, -1, np.inf, "x")),
    ("ContrastiveSSAD", X, "transforms", "cutout"),
    ("CSI", X, "shifts", "cutout"),
    ("RotationSSAD", X, "views", "cut_out"),
    ("DAE", X, "augmentation", "cut_out"),
]


@pytest.mark.parametrize(("name", "data", "parameter", "value"), WRONG)
def test_nonsense_is_named_before_an_update(name, data, parameter, value, monkeypatch):
    clf = make(getattr(pyod_ssad, name), **{parameter: value})
    monkeypatch.setattr(torch.optim.AdamW, "step", _fail)
    # Names of functions and values are quoted in their own ways.
    shown = "QuarterTurns" if value == "cutout" else str(value)
    with pytest.raises(ValueError, match=rf"(?s){parameter}.*{shown}"):
        clf.fit(data)


def _fail(*_, **__):
    raise AssertionError("it began to learn")

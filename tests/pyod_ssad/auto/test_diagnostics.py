"""Each diagnostic finds what it is for, and is silent where all is well."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from pyod_ssad.augmentations import CutOut
from pyod_ssad.auto.diagnostics import (
    DIAGNOSTICS,
    DiagnosticWarning,
    run_diagnostics,
)
from pyod_ssad.auto.facts import Facts, find_sides, make_thumbnails, measure_change

RNG = np.random.default_rng(0)
NAMES = ["pooled", "subspace", "cutdiff", "rotation"]
ORDER = np.array([1, 2, 3, 4])
IMAGES = RNG.random((2, 40, 3 * 16 * 16))
WELL = Facts(
    names=NAMES,
    held_out=RNG.gamma(3.0, size=60),
    new=RNG.gamma(3.0, size=40),
    scores=RNG.gamma(3.0, size=(40, 4)),
    ranks={"evidence": ORDER, "sel": ORDER, "mc": ORDER},
    combined=np.array([0, 1]),
    pretrained=("pooled", "subspace"),
    sides=(300, 400),
    image_size=320,
    thumbnails=(IMAGES[0], IMAGES[1]),
    changed={"cutdiff": 0.05},
)
GREY = np.tile(RNG.random((40, 16 * 16)), 3)
ODD = {
    "SSAD001": ({"held_out": np.arange(12.0)}, "12 training samples"),
    "SSAD002": (
        {"thumbnails": (IMAGES[0], np.r_[IMAGES[0][:3], IMAGES[1][3:]])},
        "3 of 40 unlabeled images",
    ),
    "SSAD003": (
        {"held_out": np.r_[RNG.gamma(3.0, size=50), 1e6, 1e7]},
        "2 of 52 .* at positions 50, 51",
    ),
    "SSAD004": ({"new": np.r_[np.full(30, 99.0), np.ones(10)]}, "30 of 40 unlabeled"),
    "SSAD005": (
        {"ranks": {"evidence": ORDER, "sel": ORDER[::-1]}},
        r"'evidence' ranks .* sel -1\.00",
    ),
    "SSAD006": (
        {"scores": np.arange(40.0)[:, None] ** [1, 2, 3, 0.5]},
        r"All 4 detectors rank the samples alike .* from 1\.000 on",
    ),
    "SSAD007": (
        {"scores": np.column_stack([WELL.scores[:, :3], np.ones(40)])},
        "all samples: rotation",
    ),
    "SSAD008": ({"changed": {"cutdiff": 0.05, "cutout": 0.0}}, "pixels: cutout 0.00%"),
    "SSAD009": ({"combined": np.array([2])}, "ranks pooled, .* before cutdiff"),
    "SSAD010": ({"thumbnails": (IMAGES[0], GREY)}, "0% of the training .* 100% of"),
    "SSAD011": ({"sides": (3000, 4000)}, "3000 x 4000 pixels .* smaller than 12"),
}


def test_all_have_a_test():
    assert set(ODD) == set(DIAGNOSTICS)


@pytest.mark.parametrize("code", ODD)
def test_it_finds_what_it_is_for_and_only_that(code):
    change, message = ODD[code]
    with pytest.warns(DiagnosticWarning, match=f"{code}: .*{message}"):
        found = run_diagnostics({code: DIAGNOSTICS[code]}, replace(WELL, **change))
    assert list(found) == [code]
    assert DIAGNOSTICS[code]().find(WELL) == ""


@pytest.mark.parametrize("code", ODD)
def test_it_is_muted_by_its_code(code):
    facts = replace(WELL, **ODD[code][0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run_diagnostics({code: DIAGNOSTICS[code]}, facts, mute=(code,)) == {}


@pytest.mark.parametrize("code", DIAGNOSTICS)
def test_tables_without_unlabeled_data_are_fine(code):
    bare = replace(
        WELL, new=None, sides=None, image_size=None, thumbnails=None, changed={}
    )
    assert DIAGNOSTICS[code]().find(bare) == ""


def test_a_few_far_samples_in_many_are_no_contamination():
    held_out = np.r_[RNG.gamma(3.0, size=400), 1e6]
    assert DIAGNOSTICS["SSAD003"]().find(replace(WELL, held_out=held_out)) == ""


def test_thumbnails_and_sides_of_every_form(tmp_path):
    from PIL import Image

    grey = (RNG.random((5, 40, 60)) * 255).astype(np.uint8)
    assert make_thumbnails(grey).shape == (5, 3 * 16 * 16)
    assert find_sides(grey) == (40, 60)
    paths = []
    for i, image in enumerate(grey):
        paths.append(tmp_path / f"{i}.png")
        Image.fromarray(image).save(paths[-1])
    np.testing.assert_allclose(make_thumbnails(paths), make_thumbnails(grey), atol=0.01)
    assert find_sides(paths) == (40, 60)
    assert find_sides([Image.open(path) for path in paths]) is None


def test_change_is_a_share_of_pixels():
    images = (RNG.random((20, 32, 32)) * 200 + 50).astype(np.uint8)
    share = measure_change(CutOut(patch_area=0.25), images, 32)
    assert share == pytest.approx(0.25, abs=0.02)

"""Imports point one way, and what needs no torch does not import it."""

import subprocess
import sys

import pytest


def modules_after(statement):
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(result.stdout.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import pyod_ssad", {"torch", "torchvision", "pyod", "model_selection"}),
        ("import pyod_ssad.datasets", {"torch", "model_selection"}),
        ("import model_selection", {"torch", "pyod_ssad"}),
        ("from pyod_ssad import CutPasteSSAD", {"model_selection", "benchmark"}),
    ],
)
def test_does_not_import(statement, absent):
    modules = modules_after(statement)
    assert statement.split()[1] in modules
    assert not modules & absent


def test_public_names_are_found_and_listed():
    import pyod_ssad
    from pyod_ssad.detectors import DETECTORS

    assert {"CutOutSSAD", "CutAvgSSAD", "CutDiffSSAD", "CutPasteSSAD"} <= set(DETECTORS)
    for name, cls in DETECTORS.items():
        assert getattr(pyod_ssad, name) is cls
        assert name in dir(pyod_ssad)


def test_unknown_names_are_refused_with_the_known_ones():
    import pyod_ssad

    with pytest.raises(AttributeError, match="CutPasteSSAD"):
        pyod_ssad.CutPastaSSAD  # noqa: B018

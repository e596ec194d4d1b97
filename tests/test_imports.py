"""Imports point one way, and what needs no torch does not import it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pyod_ssad"
# Each may import those before it.
LAYERS = (
    {"_discovery", "settings", "seeding", "suggesting"},
    {"images", "backbones", "densities"},
    {"augmentations", "training", "datasets"},
    {"pretext"},
    {"arguments", "parameters", "calibration", "predicting", "copying"},
    {"self_tuning", "deciding", "maps"},
    {"mapping"},
    {"image_detector"},
    {"base"},
    {"detectors"},
    {"auto"},
    {"persistence"},
    {"checks"},
)


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
        ("import pyod_ssad.images", {"torch", "model_selection"}),
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
    assert {"load", "PAPER_SETTINGS"} <= set(dir(pyod_ssad))
    for name, cls in DETECTORS.items():
        assert getattr(pyod_ssad, name) is cls
        assert name in dir(pyod_ssad)


@pytest.mark.parametrize(
    "name",
    [
        "augmentations",
        "auto",
        "checks",
        "datasets",
        "detectors",
        "images",
        "persistence",
    ],
)
def test_packages_are_found_by_their_names(name):
    code = f"import pyod_ssad; print(pyod_ssad.{name}.__name__)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert result.stdout.strip() == f"pyod_ssad.{name}", result.stderr


def test_all_names_are_the_detectors_and_what_goes_with_them():
    import pyod_ssad
    from pyod_ssad.detectors import DETECTORS

    names = {}
    exec("from pyod_ssad import *", names)
    del names["__builtins__"]
    assert set(names) == {
        *DETECTORS,
        "AutoSSAD",
        "PAPER_SETTINGS",
        "Tuning",
        "load",
    }
    assert all(names[name] is getattr(pyod_ssad, name) for name in names)


def test_unknown_names_are_refused_with_the_known_ones():
    import pyod_ssad

    with pytest.raises(AttributeError, match="CutPasteSSAD"):
        pyod_ssad.CutPastaSSAD  # noqa: B018


def top_level(path):
    """Return the first part of a module's name after the package's."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_parts(path):
    """Return the parts of the package that a file imports, at whatever depth."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "") == "pyod_ssad":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("pyod_ssad."):
            yield node.module.split(".")[1]


def test_imports_point_one_way():
    level = {name: i for i, layer in enumerate(LAYERS) for name in layer}
    files = [f for f in PACKAGE.rglob("*.py") if f != PACKAGE / "__init__.py"]
    assert {top_level(file) for file in files} == set(level)
    for file in files:
        own = top_level(file)
        for other in imported_parts(file):
            assert other == own or level[other] < level[own], f"{file}: {other}"

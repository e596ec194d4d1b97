"""Every criterion passes the public checks, and one new file adds a criterion."""

import doctest
import importlib
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import model_selection
from model_selection import (
    DSV,
    HITS,
    MC,
    MMD,
    RTM,
    SEL,
    AlignmentCriterion,
    ConsensusCriterion,
    Criterion,
    ModelSelector,
    PseudoAUC,
    ScoreCriterion,
    all_criteria,
    get_criterion,
    parametrize_with_checks,
)
from tests.model_selection.fakes import Breaking

OTHER_OPTIONS = [
    DSV(cap=0.4, separability_scale=2.0),
    MMD(kernel="rbf"),
    MC(correlation="spearman"),
    SEL(threshold="last"),
    SEL(rank_order="ascending"),
    HITS(rank_order="ascending"),
    PseudoAUC(bound=True),
    RTM(top=0.2),
]
MODULES = [
    info.name
    for info in pkgutil.walk_packages(model_selection.__path__, "model_selection.")
]
NEWCOMER = """
import numpy as np

from model_selection.embedding import AlignmentCriterion


def newcomer_value(Z_trn, Z_aug, Z_test):
    return float(len(Z_trn))


def _private(Z):
    return Z


class Newcomer(AlignmentCriterion):
    name = "newcomer"
    greater_is_better = True

    def value(self, Z_trn, Z_aug, Z_test):
        return newcomer_value(Z_trn, Z_aug, Z_test)
"""


@parametrize_with_checks([*all_criteria(), *OTHER_OPTIONS])
def test_criterion(criterion, check):
    check(criterion)


def test_the_known_criteria_are_found():
    found = all_criteria()
    alignment = {n for n, c in found.items() if issubclass(c, AlignmentCriterion)}
    consensus = {n for n, c in found.items() if issubclass(c, ConsensusCriterion)}
    scores = {n for n, c in found.items() if issubclass(c, ScoreCriterion)}
    held_out = {n for n, c in found.items() if c.needs_held_out}
    assert {"base", "discordance", "dsv", "mmd", "separability", "std"} <= alignment
    assert consensus == {"hits", "mc", "sel"}
    assert scores - consensus == {"eag", "rtm"}
    assert held_out == {"evidence", "npd", "pseudo_auc", "unlabeled_auc"}
    others = {"excess_mass", "mass_volume", "stability"}
    assert set(found) == alignment | scores | held_out | others
    assert list(found) == sorted(found)


def test_get_criterion():
    mine = DSV(cap=0.3)
    assert get_criterion(mine) is mine
    assert isinstance(get_criterion("dsv"), DSV)
    with pytest.raises(ValueError, match="unknown criterion 'auc'; known: base, "):
        get_criterion("auc")
    with pytest.raises(TypeError, match="instantiate a class"):
        get_criterion(DSV)


def test_undeclared_criterion_is_refused_before_any_fit():
    class Mute(Criterion):
        def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
            return [0.0]

    with pytest.raises(TypeError, match="Mute has no name and no greater_is_better"):
        ModelSelector([Breaking()], Mute()).fit([[1.0], [2.0]])


def test_one_new_file_adds_a_public_criterion(tmp_path):
    """In a copy of the package, as the recipe for contributors says."""
    package = Path(model_selection.__file__).parent
    shutil.copytree(package, tmp_path / "model_selection")
    file = tmp_path / "model_selection" / "criteria" / "newcomer.py"
    file.write_text(NEWCOMER)
    code = (
        "import model_selection\n"
        "from model_selection import *\n"
        "assert all_criteria()['newcomer'] is Newcomer\n"
        "hidden = {'np', '_private', 'private'} & set(model_selection.__all__)\n"
        "print(newcomer_value([1, 2, 3], None, None), hidden)\n"
        "check_criterion('newcomer')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.stdout.strip() == "3.0 set()"
    assert "AssertionError: criterion Newcomer(): the model at" in run.stderr


@pytest.mark.parametrize("module", ["model_selection", *MODULES])
def test_docstring_examples(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_import_needs_neither_torch_nor_pyod_ssad():
    code = (
        "import sys, model_selection; "
        "print([m for m in ('torch', 'pyod_ssad', 'torchvision') if m in sys.modules], "
        "'pytest' in sys.modules)"
    )
    root = Path(model_selection.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True
    )
    assert run.stdout.strip() == "[] False", run.stderr

"""The recipes of CONTRIBUTING work to the letter, in a copy of the packages."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECIPES = (
    "pyod_ssad/augmentations/stripe.py",
    "pyod_ssad/detectors/stripe.py",
    "model_selection/criteria/spread.py",
)
TRY = """
import inspect
import model_selection, pyod_ssad
from model_selection import Spread, all_criteria, spread
from model_selection.checks import check_criterion
from pyod_ssad import AugmentationSSAD, StripeSSAD
from pyod_ssad.augmentations import Stripe
from pyod_ssad.checks import check_augmentation, check_detector

check_augmentation(Stripe())
check_detector(StripeSSAD(0.2))
check_criterion("spread")
assert all_criteria()["spread"] is Spread
assert spread([[0.0]], [[1.0]], [[2.0]]) == 2.0
assert AugmentationSSAD("stripe")._make_augmentation().width == 0.1
assert list(inspect.signature(StripeSSAD).parameters)[:2] == ["width", "contamination"]
print("passed")
"""


def read_recipe(file):
    """Return the code block that follows a file's name."""
    text = (ROOT / "CONTRIBUTING.rst").read_text(encoding="utf-8")
    after = text[text.index(f"``{file}``") :]
    block = re.search(r"\.\. code-block:: python\n\n((?:    .*\n|\n)+)", after)
    return textwrap.dedent(block[1]).strip() + "\n"


def test_recipes_pass_the_checks(tmp_path):
    for package in ("pyod_ssad", "model_selection"):
        shutil.copytree(ROOT / package, tmp_path / package)
    for file in RECIPES:
        (tmp_path / file).write_text(read_recipe(file), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-c", TRY],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert result.stdout.endswith("passed\n"), result.stderr


def test_recipes_are_as_tidy_as_the_code(tmp_path):
    for i, file in enumerate(RECIPES):
        (tmp_path / f"recipe{i}.py").write_text(read_recipe(file), encoding="utf-8")
    config = str(ROOT / "pyproject.toml")
    checks = [["check", "--config", config], ["format", "--check", "--config", config]]
    for arguments in checks:
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, str(tmp_path)],
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout

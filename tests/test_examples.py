"""Every example runs and says what it promises."""

import runpy
from pathlib import Path

import matplotlib
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
PROMISES = {
    "cutpaste_example": "CutPasteSSAD ROC:",
    "decide_example": "false alarms among them: 0.0",
    "goad_example": "wine: GOAD 0.9",
    "maps_example": "dark_blob                 1.00        0.99",
    "select_image_detector_example": "DSV chooses",
    "select_pyod_detector_example": "mean rank chooses",
    "st_ssad_example": "learned angle:",
}


def test_all_examples_are_run():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_example(name, tmp_path, monkeypatch, capsys):
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    assert PROMISES[name] in capsys.readouterr().out

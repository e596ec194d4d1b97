"""What one new file makes public."""

from model_selection._discovery import find_public_names

MODULE = """
import math
from collections import OrderedDict
from inspect import isclass

NUMBER = 3


def function():
    return 1


class Thing:
    pass


def _helper():
    return 2
"""


def test_classes_and_functions_of_public_modules_are_found(tmp_path, monkeypatch):
    package = tmp_path / "found_here"
    package.mkdir()
    (package / "__init__.py").write_text("def of_the_package():\n    pass\n")
    (package / "zebra.py").write_text(MODULE)
    (package / "apple.py").write_text("class Apple:\n    pass\n")
    (package / "_hidden.py").write_text("def hidden():\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = find_public_names("found_here", [str(package)])
    assert list(found) == ["Apple", "Thing", "function"]
    assert found["function"]() == 1
    assert found["Thing"].__module__ == "found_here.zebra"

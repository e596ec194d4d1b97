"""The examples in docstrings do what they show."""

import doctest
import importlib
import pkgutil

import pytest

import pyod_ssad


def modules_with_examples():
    found = {}
    for info in pkgutil.walk_packages(pyod_ssad.__path__, "pyod_ssad."):
        module = importlib.import_module(info.name)
        tests = doctest.DocTestFinder(exclude_empty=True).find(module)
        if any(test.examples for test in tests):
            found[info.name] = module
    return found


MODULES = modules_with_examples()


def test_examples_are_found():
    assert {"pyod_ssad.detectors.augmentation", "pyod_ssad.detectors.st_ssad"} <= set(
        MODULES
    )


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    results = doctest.testmod(MODULES[name])
    assert results.attempted > 0
    assert results.failed == 0

"""Data whose labels cannot be read before they may be."""

import pytest

LABELS = ("y_test", "kind_test", "masks_test", "kinds", "task")


class Sealed:
    """A data set whose labels raise until the seal is broken."""

    def __init__(self, data, seal):
        self._data, self._seal = data, seal

    def __getattr__(self, name):
        if name in LABELS and self._seal["whole"]:
            raise AssertionError(f"{name} was read before everything was chosen")
        return getattr(self._data, name)


@pytest.fixture
def seal(monkeypatch):
    """Return a function that seals data until a function of a module is called."""
    state = {"whole": True}

    def until(module, name):
        function = getattr(module, name)

        def unsealed(*arguments):
            state["whole"] = False
            return function(*arguments)

        monkeypatch.setattr(module, name, unsealed)
        return lambda data: Sealed(data, state)

    return until

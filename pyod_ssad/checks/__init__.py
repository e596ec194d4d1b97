"""Checks of detectors and augmentations, ours and yours.

`check_detector` and `check_augmentation` run every check that fits; a check that fails
raises an `AssertionError`. With pytest, `parametrize_with_checks` makes each a test of
its own:

.. code-block:: python

    from pyod_ssad.checks import parametrize_with_checks

    @parametrize_with_checks([MySSAD(), MyAugmentation()])
    def test_mine(subject, check):
        check(subject)
"""

from pyod_ssad.checks.running import (
    check_augmentation,
    check_detector,
    parametrize_with_checks,
)

__all__ = ["check_augmentation", "check_detector", "parametrize_with_checks"]

"""The variants of CutPaste."""

import pytest

from pyod_ssad import CutPasteSSAD
from pyod_ssad.augmentations import CutPasteScar, CutPasteUnion
from tests.pyod_ssad.detectors.making import X, make


class TestVariants:
    def test_make_what_they_are_named_after(self):
        made = [make(CutPasteSSAD, variant=v).fit(X) for v in ("scar", "union", "3way")]
        kinds = [type(clf.augmentation_) for clf in made]
        assert kinds == [CutPasteScar, CutPasteUnion, CutPasteUnion]
        outputs = [clf.network_.head[-1].out_features for clf in made]
        assert outputs == [2, 2, 3]

    def test_others_are_refused(self):
        with pytest.raises(ValueError, match="variant.*3way.*Did you mean '3way'"):
            make(CutPasteSSAD, variant="3-way").fit(X)

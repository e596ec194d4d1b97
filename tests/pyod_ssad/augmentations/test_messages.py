"""What users are told: what was got, what is wanted, and the likely mend."""

import pytest

from pyod_ssad.augmentations import (
    Chain,
    ColorJitter,
    Crop,
    CutPaste,
    CutPasteScar,
    CutPasteUnion,
    Flip,
    GeometricTransforms,
    Grayscale,
    Invert,
    Mask,
    SimCLR,
)

MESSAGES = [
    (lambda: CutPasteScar(width=0), ["width", "[0.001, 1]", "got 0"]),
    (lambda: CutPasteScar(width=8), ["width", "[0.001, 1]", "got 8"]),
    (lambda: CutPasteScar(length=(0.3, 0.1)), ["length", "pair (low, high)"]),
    (lambda: CutPasteScar(angle=270), ["angle", "[-180, 180]", "got 270"]),
    (lambda: CutPasteScar(jitter=0.7), ["jitter", "[0, 0.5]", "got 0.7"]),
    (lambda: CutPaste(jitter=0.7), ["jitter", "[0, 0.5]", "got 0.7"]),
    (lambda: CutPasteUnion(patch_area=2), ["patch_area", "got 2"]),
    (lambda: CutPasteUnion(width="thin"), ["width", "got 'thin'"]),
    (lambda: CutPasteUnion(jitter=-1), ["jitter", "got -1"]),
    (lambda: Chain([]), ["augmentations is empty", "Chain([Crop(), Flip()])"]),
    (lambda: Chain(Flip()), ["a sequence", "got Flip()", "Chain([Flip()])"]),
    (lambda: Chain("flip"), ["a sequence", "got 'flip'", "Chain([Flip()])"]),
    (lambda: Chain(["flip"]), ["the name 'flip'", "Chain([Crop(), Flip()])"]),
    (lambda: Chain([Flip]), ["the class Flip", "an instance", "Flip()"]),
    (lambda: Chain([3]), ["got 3", "an Augmentation", "torchvision"]),
    (lambda: ColorJitter(1.1), ["strength", "[0, 1]", "got 1.1"]),
    (lambda: ColorJitter(0.1, hue=0.6), ["hue", "[0, 0.5]", "got 0.6"]),
    (lambda: ColorJitter(p=2), ["p must", "[0, 1]", "got 2"]),
    (lambda: Crop(area=0), ["area", "[0.001, 1]", "got 0"]),
    (lambda: Crop(area=(0.5, 1.5)), ["area", "got (0.5, 1.5)"]),
    (lambda: Crop(aspect=0), ["aspect", "[0.001, 1000]", "got 0"]),
    (lambda: Flip("diagonal"), ["axis", "'horizontal'", "'vertical'", "'diagonal'"]),
    (lambda: Flip(0.5), ["axis", "'horizontal'", "got 0.5", "p=0.5"]),
    (lambda: Flip(["vertical"]), ["axis", "'horizontal'", "got ['vertical']"]),
    (lambda: Flip(p="often"), ["p must", "[0, 1]", "got 'often'"]),
    (lambda: Invert(p=-0.1), ["p must", "[0, 1]", "got -0.1"]),
    (lambda: Grayscale(p=(0.1, 0.2)), ["p must", "got (0.1, 0.2)"]),
    (lambda: Mask(0), ["share", "[0.001, 1]", "got 0"]),
    (lambda: GeometricTransforms(shift=8), ["shift", "[0, 0.5]", "got 8"]),
    (
        lambda: GeometricTransforms(0, False, False),
        ["shift=0", "the identity alone", "such as flip=True"],
    ),
    (lambda: SimCLR(strength=3), ["strength", "[0, 1]", "got 3"]),
    (lambda: SimCLR(area="small"), ["area", "got 'small'"]),
    (lambda: SimCLR(flip=True + 1), ["flip", "[0, 1]", "got 2"]),
]


@pytest.mark.parametrize(("do", "words"), MESSAGES)
def test_what_was_got_is_wanted_and_mends_it(do, words):
    with pytest.raises(ValueError) as raised:
        do()
    missing = [word for word in words if word not in str(raised.value)]
    assert not missing, str(raised.value)

"""What users are told: what was got, what is wanted, and the likely mend.

One table for arguments, backbones, weights, augmentations, tuning and the folders of
the benchmarks.
"""

from dataclasses import dataclass
from urllib.error import URLError

import numpy as np
import pytest
import torch
from pyod.models.knn import KNN
from torch import nn
from torchvision import models, transforms
from torchvision.transforms import v2

import benchmark.dsv.study as dsv
import benchmark.orders.study as orders
import benchmark.st_ssad.study as st_ssad
from pyod_ssad import STSSAD, AugmentationSSAD, CutDiffSSAD, CutPasteSSAD, Tuning
from pyod_ssad.augmentations import Augmentation, CutPaste
from pyod_ssad.backbones import build_encoder, count_features
from tests.pyod_ssad.backbones.fakes import Returns

X = np.random.default_rng(0).random((30, 16, 16, 3), dtype=np.float32)


def fit(cls=CutPasteSSAD, **parameters):
    return cls(**{"image_size": 16, "steps": 1, **parameters}).fit(X)


def fit_st_ssad(**parameters):
    clf = STSSAD(**{"image_size": 16, "steps": 4, "n_starts": 1, **parameters})
    return clf.fit(X, X_unlabeled=X)


def augment(function):
    return fit(AugmentationSSAD, augmentation=function)


class Own(Augmentation):
    """Does what a test wants it to."""

    def __init__(self, change):
        super().__init__()
        self.change = change

    def sample(self, shape, generator=None):
        return {}

    def apply(self, images, parameters):
        return self.change(images)


def probe(name, image_size):
    """Look for the features of a large model without computing them."""
    with torch.device("meta"):
        return count_features(build_encoder(name), image_size, name)


def returns(make):
    return fit(backbone=lambda: Returns(make))


def squeezed(images):
    return images.mean(dim=(0, 2, 3))


@pytest.fixture
def folders(tmp_path):
    """Make folders of wrong layouts."""
    for name in ("flat/good", "flat/bad", "one/train/good", "one/test/good", "none"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "untested/thing/train/good").mkdir(parents=True)
    (tmp_path / "untested/thing/train/good/0.png").touch()
    return tmp_path


ARGUMENTS = [
    (
        lambda: CutPasteSSAD(epochs=10),
        TypeError,
        ["CutPasteSSAD takes no argument 'epochs'", "epochs * images / batch_size"],
    ),
    (
        lambda: CutDiffSSAD(path_area=0.1),
        TypeError,
        ["CutDiffSSAD takes no argument 'path_area'", "Did you mean patch_area?"],
    ),
    (
        lambda: CutPasteSSAD(seed=3),
        TypeError,
        ["CutPasteSSAD", "'seed'", "Pass it as random_state."],
    ),
    (
        lambda: CutPasteSSAD(pretrained=True),
        TypeError,
        ["'pretrained'", "weights='DEFAULT'"],
    ),
    (
        lambda: CutPasteSSAD(zzz=3),
        TypeError,
        ["CutPasteSSAD", "'zzz'", "Wanted are patch_area, aspect, variant"],
    ),
    (
        lambda: CutPasteSSAD(0.1, 1.0, "scar", 64),
        TypeError,
        ["CutPasteSSAD: too many positional", "aspect, variant)", "by name"],
    ),
    (
        lambda: STSSAD(order="second"),
        TypeError,
        ["STSSAD takes no argument 'order'", "pass tuning=Tuning(order=...)"],
    ),
    (
        lambda: fit_st_ssad(tuning={"order": "second"}),
        ValueError,
        ["got {'order': 'second'}", "must be a Tuning", "tuning=Tuning(order="],
    ),
    (
        lambda: Tuning(order="secnd"),
        ValueError,
        ["got 'secnd'", "one of ['second', 'first']", "Did you mean 'second'?"],
    ),
    (lambda: fit(steps="10"), ValueError, ["steps", "integer of at least 0", "'10'"]),
    (lambda: fit(steps=1e3), ValueError, ["steps", "integer", "1000.0"]),
    (lambda: fit(image_size="64"), ValueError, ["image_size", "integer", "'64'"]),
    (lambda: fit(batch_size=None), ValueError, ["batch_size", "integer", "None"]),
    (lambda: fit(lr="0.1"), ValueError, ["lr", "positive number", "'0.1'"]),
    (lambda: fit(lr=np.inf), ValueError, ["lr", "positive number", "inf"]),
    (lambda: fit(jitter="no"), ValueError, ["jitter", "[0, 0.5]", "'no'"]),
    (lambda: fit(patch_area=5), ValueError, ["patch_area", "or a pair", "got 5"]),
    (lambda: fit(aspect=0), ValueError, ["aspect", "or a pair", "got 0"]),
    (lambda: fit(optimizer="Adam"), ValueError, ["'adamw' or 'sgd'", "'Adam'"]),
    (
        lambda: fit(precision="Float32"),
        ValueError,
        ["got 'Float32'", "one of ['auto'", "Did you mean 'float32'?"],
    ),
    (
        lambda: fit(random_state="a"),
        ValueError,
        ["random_state", "integer from 0", "got 'a'"],
    ),
    (lambda: fit(random_state=-1), ValueError, ["random_state", "from 0", "got -1"]),
    (
        lambda: fit(random_state=np.random.default_rng(0)),
        ValueError,
        ["random_state", "RandomState", "Generator(PCG64)"],
    ),
    (
        lambda: fit(verbose="yes"),
        ValueError,
        ["verbose", "0 (silent), 1 (a progress bar) or 2 (lines)", "'yes'"],
    ),
    (lambda: fit(device="abacus"), ValueError, ["device='abacus'", "'cpu' or 'auto'"]),
    (
        lambda: fit(contamination="auto"),
        ValueError,
        ["got 'auto'", "in (0, 0.5]", "such as 0.1"],
    ),
    (lambda: fit(density=KNN), ValueError, ["got <class", "'gaussian'", "KNN()"]),
    (
        lambda: fit(density=KNN(n_neighbors=50)),
        ValueError,
        ["KNN(n_neighbors=50)", "of 30 training images 16", "n_neighbors=15 or less"],
    ),
    (
        lambda: fit(density=KNN(n_neighbors=24), calibration="density"),
        ValueError,
        ["KNN(n_neighbors=24)", "of 30 training images 24", "n_neighbors=23 or less"],
    ),
    (
        lambda: fit(calibration="crossfit"),
        ValueError,
        ["got 'crossfit'", "one of ['cross_fit'", "Did you mean 'cross_fit'?"],
    ),
]

BACKBONES = [
    (
        lambda: build_encoder("ResNet-18"),
        ValueError,
        ["'ResNet-18'", "torchvision's", "Did you mean 'resnet18'"],
    ),
    (
        lambda: probe("vit_b_16", 32),
        ValueError,
        ["backbone='vit_b_16'", "image_size=32", "Use image_size=224"],
    ),
    (
        lambda: probe("maxvit_t", 64),
        ValueError,
        ["backbone='maxvit_t'", "image_size=64", "Use image_size=224"],
    ),
    (
        lambda: probe("inception_v3", 64),
        ValueError,
        ["backbone='inception_v3'", "image_size=64", "Use image_size=96"],
    ),
    (
        lambda: probe("alexnet", 32),
        ValueError,
        ["backbone='alexnet'", "image_size=32", "Use image_size=64"],
    ),
    (
        lambda: fit(backbone=models.resnet18),
        ValueError,
        ["ResNet ends in 1000 logits", "wanted features", "backbone='resnet18'"],
    ),
    (
        lambda: fit(backbone=lambda: models.resnet18(num_classes=7)),
        ValueError,
        ["ResNet ends in 7 logits", "wanted features", "model.fc = torch.nn.Identity"],
    ),
    (
        lambda: fit(backbone=models.squeezenet1_1),
        ValueError,
        ["SqueezeNet ends in 1000 logits", "wanted features"],
    ),
    (
        lambda: fit(backbone=nn.Conv2d),
        ValueError,
        ["Conv2d", "failed when called without arguments", "functools.partial"],
    ),
    (
        lambda: fit(backbone=lambda: nn.Conv2d(1, 4, 3)),
        ValueError,
        ["one channel", "wanted three", "images.mean(dim=1, keepdim=True)"],
    ),
    (
        lambda: fit(backbone=lambda: nn.Linear(7, 3)),
        ValueError,
        ["failed on a batch of the shape (1, 3, 16, 16)", "(n, d) or (n, d, h, w)"],
    ),
    (
        lambda: returns(lambda images: (images, images)),
        ValueError,
        ["Returns returned tuple", "one tensor", "picks one output"],
    ),
    (
        lambda: returns(lambda images: images.flatten(2)),
        ValueError,
        ["the shape (1, 3, 256) for 1 images", "(n, d) or (n, d, h, w)", "class token"],
    ),
    (
        lambda: returns(lambda images: images.flatten(1)[:, :0]),
        ValueError,
        ["the shape (1, 0)", "d > 0"],
    ),
    (lambda: returns(squeezed), ValueError, ["the shape (3,) for 1 images", "(n, d)"]),
    (
        lambda: returns(lambda images: images.mean((2, 3)) * float("nan")),
        ValueError,
        ["NaN or infinite features", "wanted finite", "weights may be damaged"],
    ),
    (
        lambda: returns(lambda images: images.mean((2, 3)).long()),
        ValueError,
        ["torch.int64", "a float tensor", "before classes or codes"],
    ),
]

WEIGHTS = [
    (
        lambda _: build_encoder("resnet18", "imagenet"),
        ValueError,
        ["weights='imagenet'", "existing file", "resnet18: IMAGENET1K_V1, DEFAULT."],
    ),
    (
        lambda _: build_encoder("resnet18", "DEFAULT"),
        ConnectionError,
        [
            *("weights='DEFAULT'", "resnet18-f37072fd.pth from https://", "no route"),
            "weights='path/to/resnet18-f37072fd.pth'",
        ],
    ),
    (
        lambda folder: build_encoder("resnet18", folder / "text.pth"),
        ValueError,
        ["text.pth' cannot be read", "state dict", "torch.save(model.state_dict()"],
    ),
    (
        lambda folder: build_encoder("resnet18", folder / "other.pth"),
        ValueError,
        ["do not fit", "state dict of torchvision's resnet18", "backbone factory"],
    ),
]

AUGMENTATIONS = [
    (
        lambda: augment(transforms.RandomRotation(90)),
        ValueError,
        ["augmentation=RandomRotation takes (img)", "torchvision.transforms.v2"],
    ),
    (
        lambda: augment("CutPaste"),
        ValueError,
        ["got 'CutPaste'", "one of ['blur'", "Did you mean 'cutpaste'?"],
    ),
    (
        lambda: augment(CutPaste),
        ValueError,
        ["the class CutPaste", "an instance", "CutPaste()"],
    ),
    (
        lambda: augment(lambda images: images),
        ValueError,
        ["takes (images)", "(images, generator) -> images", "Wrap it: lambda"],
    ),
    (
        lambda: augment(3),
        ValueError,
        ["got 3", "torchvision.transforms.v2", "function"],
    ),
    (
        lambda: augment(v2.RandomCrop(8)),
        ValueError,
        ["RandomCrop returned the shape (3, 8, 8)", "same shape", "Leave cropping"],
    ),
    (
        lambda: augment(v2.Normalize([0.5], [0.5])),
        ValueError,
        ["Normalize returned values from -", "wanted [0, 1]", ".clamp(0, 1)"],
    ),
    (
        lambda: augment(Own(lambda images: images[:, :, 1:])),
        ValueError,
        ["Own returned the shape (30, 3, 15, 16)", "(30, 3, 16, 16)", "cropping"],
    ),
    (
        lambda: augment(Own(lambda images: images.double())),
        ValueError,
        ["Own returned torch.float64", "torch.float32", ".to(images.dtype)"],
    ),
    (
        lambda: augment(Own(lambda images: 3 * images)),
        ValueError,
        ["Own returned values from", "wanted [0, 1]", ".clamp(0, 1)"],
    ),
    (
        lambda: augment(Own(lambda images: images / 0 * 0)),
        ValueError,
        ["Own returned NaN", "wanted [0, 1]", "divide by zero"],
    ),
    (
        lambda: augment(Own(lambda images: images.mul_(0.5))),
        ValueError,
        ["Own changed its input in place", "left as it is", "images.clone()"],
    ),
    (
        lambda: augment(lambda images, generator: images.numpy()),
        ValueError,
        ["<lambda> returned ndarray", "torch.Tensor", "torch.from_numpy"],
    ),
    (
        lambda: fit_st_ssad(augmentation=lambda images, generator: images),
        ValueError,
        ["augmentation must be a LearnableAugmentation", "'cutdiff'", "got <function"],
    ),
]

FOLDERS = [
    (
        lambda root: dsv.main(["--data", f"{root}/flat"]),
        ["flat holds no object", "but bad, good", "<root>/<object>/train/good"],
    ),
    (
        lambda root: dsv.main(["--data", f"{root}/one"]),
        ["one holds no object", "but test, train", "pass the folder that holds it"],
    ),
    (
        lambda root: dsv.main(["--data", f"{root}/none"]),
        ["but nothing", "<root>/<object>/train/good", "folder above or below"],
    ),
    (
        lambda root: dsv.main(["--data", f"{root}/nowhere"]),
        ["nowhere is missing", "<root>/<object>/train/good", "check the path"],
    ),
    (
        lambda root: dsv.main(["--data", f"{root}/untested"]),
        ["thing/test is missing", "<root>/<object>/test/<kind>", "check the path"],
    ),
    (
        lambda root: dsv.main(["--data", f"{root}/untested", "--objects", "tile"]),
        ["tile is missing", "holds thing", "the name of one of its objects"],
    ),
    (
        lambda root: st_ssad.main(["--suite", "folders", "--data", f"{root}/flat"]),
        ["flat holds no object", "but bad, good", "<root>/<object>/train/good"],
    ),
    (
        lambda root: orders.main(["--data", f"{root}/flat"]),
        ["pcb is missing", "holds no object", "<root>/<object>/train/good"],
    ),
]


@pytest.mark.parametrize(
    ("do", "error", "words"), [*ARGUMENTS, *BACKBONES, *AUGMENTATIONS]
)
def test_what_was_got_is_wanted_and_mends_it(do, error, words):
    check(do, error, words)


def check(do, error, words):
    with pytest.raises(error) as raised:
        do()
    missing = [word for word in words if word not in str(raised.value)]
    assert not missing, str(raised.value)


@pytest.mark.parametrize(("do", "error", "words"), WEIGHTS)
def test_weights(do, error, words, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise URLError("no route")

    monkeypatch.setattr("torch.hub.urlopen", fail)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    (tmp_path / "text.pth").write_text("weights")
    torch.save({"conv1.weight": torch.zeros(1)}, tmp_path / "other.pth")
    check(lambda: do(tmp_path), error, words)


@pytest.mark.parametrize(("do", "words"), FOLDERS)
def test_folders_of_benchmarks(do, words, folders, capsys):
    with pytest.raises(SystemExit):
        do(folders)
    message = capsys.readouterr().err
    assert "argument --data:" in message
    assert not [word for word in words if word not in message], message


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_a_missing_gpu():
    check(lambda: fit(device="cuda"), ValueError, ["device='cuda'", "'cpu' or 'auto'"])


def test_augment_checks_a_class_that_breaks_later():
    own = Own(lambda images: 1 - images)
    clf = fit(AugmentationSSAD, augmentation=own)
    clf.augmentation_.change = lambda images: 2 + images
    check(lambda: clf.augment(X), ValueError, ["Own returned values from 2", "[0, 1]"])


@pytest.mark.parametrize("calibration", ["cross_fit", "density"])
def test_as_many_neighbors_as_there_may_be(calibration):
    most = {"cross_fit": 15, "density": 23}[calibration]
    clf = fit(density=KNN(n_neighbors=most), calibration=calibration)
    assert np.isfinite(clf.decision_scores_).all()


def test_a_failed_fit_keeps_what_was_trained():
    clf = fit(random_state=0)
    scores = clf.decision_function(X)
    for bad in ({"density": KNN(n_neighbors=50)}, {"backbone": models.resnet18}):
        clf.set_params(**bad)
        with pytest.raises(ValueError):
            clf.fit(X)
        assert (clf.decision_function(X) == scores).all()


def test_the_first_batch_alone_is_checked():
    calls = []

    def count(images):
        calls.append(len(images))
        return 1 - images

    few = {"steps": 3, "batch_size": 4, "calibration": "density"}
    fit(AugmentationSSAD, augmentation=Own(count), **few)
    # The check looks at one batch before three are trained on.
    assert calls == [4] * 4


def test_a_class_of_ones_own_is_named():
    @dataclass(eq=False, repr=False)
    class Mine(CutPasteSSAD):
        strength: float = 0.3

    check(lambda: Mine(stength=1), TypeError, ["Mine takes no", "mean strength?"])
    assert Mine(strength=1).get_params()["strength"] == 1

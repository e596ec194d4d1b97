"""What comes back is what was saved, in this process and in another."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pythresh.thresholds.iqr import IQR
from safetensors.numpy import load as load_safetensors

import pyod_ssad
from pyod_ssad import AugmentationSSAD, CutOutSSAD, CutPasteSSAD
from pyod_ssad.augmentations import CutPaste
from pyod_ssad.checks._reproducibility import _states
from pyod_ssad.checks._subject import Subject
from pyod_ssad.detectors import DETECTORS
from tests.pyod_ssad.persistence import own

X = own.X
CUSTOM = [own.thin_cnn, own.of_one_size, own.StripeSSAD, own.Stripe, own.brighten]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "detector.pyod_ssad"


def save_and_load(clf, path):
    clf.save(path)
    return pyod_ssad.load(path, custom=CUSTOM)


# RegNets are made in another way, as they compute with tensors.
@pytest.mark.parametrize("backbone", ["resnet18", "regnet_x_400mf"])
def test_backbones_of_torchvision_score_alike_bit_for_bit(backbone, path):
    clf = own.fit(backbone=backbone, image_size=32, steps=1)
    assert_array_equal(
        save_and_load(clf, path).decision_function(X), clf.decision_function(X)
    )


def test_weights_are_not_looked_for(path, tmp_path):
    state = tmp_path / "weights.pt"
    torch.save(own.torchvision_state("resnet18"), state)
    clf = own.fit(backbone="resnet18", weights=str(state), steps=0, image_size=32)
    state.unlink()
    loaded = save_and_load(clf, path)
    assert loaded.weights == str(state)
    assert_array_equal(loaded.decision_function(X), clf.decision_function(X))


@pytest.mark.parametrize(
    "parameters",
    [
        {"patch_area": 0.1},
        {"patch_area": [0.1, 0.2], "aspect": np.float32(1.5)},
        {"contamination": 0.25, "device": torch.device("cpu")},
        {"random_state": np.random.RandomState(3)},
        {"image_shape": (16, 16, 3), "channels": "last"},
        {"weights": None, "lr": np.float64(2e-3), "batch_size": np.int64(4)},
    ],
    ids=lambda parameters: "-".join(parameters),
)
def test_parameters_come_back_as_they_were(parameters, path):
    clf = own.fit(**parameters)
    loaded = save_and_load(clf, path)
    for name in parameters:
        got, wanted = getattr(loaded, name), getattr(clf, name)
        assert type(got) is type(wanted)
        if name == "random_state":
            assert got.randint(1000) == wanted.randint(1000)
        else:
            assert got == wanted


def test_an_augmentation_as_parameter(path):
    clf = own.fit(AugmentationSSAD, augmentation=CutPaste(0.1, jitter=0.3))
    loaded = save_and_load(clf, path)
    assert loaded.augmentation.patch_area == (0.1, 0.1)
    assert loaded.augmentation.jitter == 0.3
    assert_array_equal(loaded.augment(X, 1), clf.augment(X, 1))


@pytest.mark.parametrize("augmentation", [own.brighten, own.Stripe(0.2)])
def test_an_augmentation_of_ones_own(augmentation, path):
    clf = own.fit(AugmentationSSAD, augmentation=augmentation)
    assert_array_equal(save_and_load(clf, path).augment(X, 1), clf.augment(X, 1))


def test_a_detector_of_ones_own_with_attributes_of_every_kind(path):
    clf = own.fit(own.StripeSSAD)
    loaded = save_and_load(clf, path)
    assert type(loaded) is own.StripeSSAD
    assert_array_equal(loaded.decision_function(X), clf.decision_function(X))
    assert_array_equal(loaded.augment(X, 1), clf.augment(X, 1))
    assert_array_equal(loaded.bank_, clf.bank_)
    assert loaded.bank_.flags.f_contiguous
    assert loaded.alias_ is loaded.bank_
    assert torch.equal(loaded.center_, clf.center_)
    assert loaded.half_.dtype == torch.bfloat16
    assert loaded.names_.tolist() == ["a", "bc"]
    assert loaded.rows_.tolist() == [None, (1, 2.5), {"k": [3]}]
    assert type(loaded.rows_[2]["k"][0]) is np.int32
    assert repr(loaded.by_size_) == repr(clf.by_size_)
    assert loaded.device_ == torch.device("cuda:1")
    assert loaded.rng_.randint(1000) == clf.rng_.randint(1000)


def test_a_threshold_object(path):
    clf = own.fit(contamination=IQR())
    loaded = save_and_load(clf, path)
    assert_array_equal(loaded.predict(X), clf.predict(X))
    assert loaded.threshold_ == clf.threshold_


def test_what_was_calibrated_stays_so(path):
    clf = own.fit().calibrate(X * 0.5)
    loaded = save_and_load(clf, path)
    assert_array_equal(loaded.p_values(X), clf.p_values(X))
    assert loaded.threshold_ == clf.threshold_


def test_parameters_set_after_fit_wait_in_the_file_too(path):
    clf = own.fit(backbone=own.of_one_size).set_params(image_size=32, steps=7)
    loaded = save_and_load(clf, path)
    assert (loaded.image_size, loaded.image_size_, loaded.steps) == (32, 16, 7)
    assert_array_equal(loaded.decision_function(X), clf.decision_function(X))


def test_a_loaded_detector_can_be_fitted_anew(path):
    clf = own.fit()
    assert_array_equal(
        save_and_load(clf, path).fit(X).decision_scores_, clf.decision_scores_
    )


def test_equal_detectors_give_equal_files(path, tmp_path):
    clf = own.fit()
    clf.save(path)
    clf.save(str(tmp_path / "again"))
    assert path.read_bytes() == (tmp_path / "again").read_bytes()


def test_loading_leaves_the_global_generators_alone(path):
    own.fit(contamination=IQR(), density=IForest(n_estimators=3)).save(path)
    np.random.seed(5)  # noqa: NPY002, another than the one that IQR sets.
    before = _states()
    pyod_ssad.load(path, custom=CUSTOM)
    after = _states()
    assert before[0] == after[0]
    assert_array_equal(before[1], after[1])
    assert torch.equal(before[2], after[2])


def test_other_tools_read_the_members(path):
    clf = own.fit()
    clf.save(path)
    held = own.read(path)
    config = json.loads(held["config.json"])
    assert config["libraries"]["torch"] == torch.__version__
    assert config["model"]["class"] == "CutPasteSSAD"
    assert own.parts(config)["state"]["history_"] == clf.history_
    tensors = load_safetensors(held["tensors.safetensors"])
    weight = clf.network_.state_dict()["encoder.backbone.0.0.weight"]
    assert_array_equal(tensors["network_.encoder.backbone.0.0.weight"], weight)
    (path.parent / "arrays.npz").write_bytes(held["arrays.npz"])
    with np.load(path.parent / "arrays.npz", allow_pickle=False) as arrays:
        assert_array_equal(arrays["density_.precision_"], clf.density_.precision_)


ELSEWHERE = """
import sys, warnings
import numpy as np
import pyod_ssad
from tests.pyod_ssad.persistence import own
from tests.pyod_ssad.persistence.test_round_trip import CUSTOM, answers

warnings.simplefilter("ignore")
folder = sys.argv[1]
for name in sys.argv[2:]:
    clf = pyod_ssad.load(f"{folder}/{name}", custom=CUSTOM)
    np.savez(f"{folder}/{name}.npz", **answers(clf))
"""


def answers(clf):
    return {
        "scores": clf.decision_function(X),
        "labels": clf.predict(X),
        "probabilities": clf.predict_proba(X),
        "p": clf.p_values(X),
        "augmented": clf.augment(X, 3) if hasattr(clf, "augment") else 0,
        "threshold": clf.threshold_,
    }


@pytest.mark.filterwarnings("ignore")
def test_another_process_gives_the_same_answers(tmp_path):
    fits = {
        name: partial(
            Subject(cls()).make_tiny(backbone=own.thin_cnn).fit,
            X,
            **cls._test_fit_params(X),
        )
        for name, cls in DETECTORS.items()
    }
    fits |= {
        "own": partial(own.fit, own.StripeSSAD),
        "knn": partial(own.fit, CutOutSSAD, density=KNN(n_neighbors=3)),
        "default_network": partial(own.fit, CutPasteSSAD, backbone="small_cnn"),
    }
    expected = {}
    for name, fit in fits.items():
        clf = fit()
        clf.save(tmp_path / name)
        expected[name] = answers(clf)
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(tmp_path), *fits],
        check=True,
        cwd=Path(__file__).parents[3],
    )
    for name in fits:
        with np.load(tmp_path / f"{name}.npz") as got:
            for key, value in expected[name].items():
                assert_array_equal(got[key], value, err_msg=f"{name} {key}")

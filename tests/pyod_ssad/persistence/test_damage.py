"""Damaged and forged files give an error, run nothing, and take no memory."""

import io
import json
import os
import pickle
import struct
import tracemalloc
import zipfile
from contextlib import contextmanager

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from pyod.models.iforest import IForest
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch.utils._python_dispatch import TorchDispatchMode

import pyod_ssad
from pyod_ssad import AugmentationSSAD
from pyod_ssad.augmentations import CutOut
from pyod_ssad.persistence import ModelFileError
from pyod_ssad.persistence.archive import SUMS, seal, zip_members
from tests.pyod_ssad.persistence import own

X = own.X
CUSTOM = [own.thin_cnn]


@pytest.fixture(scope="module")
def clf():
    return own.fit()


@pytest.fixture(scope="module")
def data(clf, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "clf"
    clf.save(path)
    return path.read_bytes()


@pytest.fixture
def path(data, tmp_path):
    path = tmp_path / "clf"
    path.write_bytes(data)
    return path


def load(path):
    return pyod_ssad.load(path, custom=CUSTOM)


def is_refused_or_the_same(path, clf):
    """Say whether a file is refused; if not, it has to score as before."""
    try:
        loaded = load(path)
    except ModelFileError as error:
        assert str(path) in str(error)
        return True
    assert_array_equal(loaded.decision_scores_, clf.decision_scores_)
    assert_array_equal(loaded.decision_function(X), clf.decision_function(X))
    assert_array_equal(loaded.augment(X, 0), clf.augment(X, 0))
    return False


def test_no_flipped_bit_changes_a_score(path, data, clf):
    rng = np.random.default_rng(0)
    ends = np.r_[:120, len(data) - 400 : len(data)]
    places = np.r_[rng.choice(ends, 150), rng.integers(0, len(data), 150)]
    n_refused = 0
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << rng.integers(8)
        path.write_bytes(flipped)
        n_refused += is_refused_or_the_same(path, clf)
    # What a zip file says of dates and systems means nothing.
    assert n_refused > 200


def test_no_flipped_byte_of_a_member_is_missed(path, data):
    rng = np.random.default_rng(1)
    with zipfile.ZipFile(path) as archive:
        members = [(i.header_offset + 60, i.file_size - 60) for i in archive.infolist()]
    for start, size in members:
        for place in start + rng.integers(0, size, 10):
            flipped = bytearray(data)
            flipped[place] ^= 0xFF
            path.write_bytes(flipped)
            with pytest.raises(ModelFileError):
                load(path)


def test_no_part_of_a_file_is_taken_for_it(path, data):
    rng = np.random.default_rng(2)
    lengths = [0, 1, 4, 22, len(data) - 1, *rng.integers(0, len(data), 45)]
    for length in lengths:
        path.write_bytes(data[:length])
        with pytest.raises(ModelFileError):
            load(path)


def test_no_piece_may_be_missing_doubled_or_zero(path, data, clf):
    rng = np.random.default_rng(3)
    for _ in range(40):
        a, b = np.sort(rng.integers(0, len(data), 2))
        for mutant in (
            data[:a] + data[b:],
            data[:b] + data[a:],
            data[:a] + bytes(b - a) + data[b:],
        ):
            path.write_bytes(mutant)
            is_refused_or_the_same(path, clf)
    path.write_bytes(data[: len(data) // 2] + data[len(data) // 2 + 1 :])
    with pytest.raises(ModelFileError):
        load(path)


def leaves(node, path=()):
    """Return the paths to all values of a tree."""
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        yield path
        for key, value in items:
            yield from leaves(value, (*path, key))
    else:
        yield path


JUNK = [
    None,
    True,
    -1,
    2**70,
    1e308,
    "os.system",
    "../../x",
    [],
    {},
    [[]],
    {"$type": "custom", "name": "eval"},
    {"$type": "object", "class": "os.system", "number": 0, "parts": {}},
    {"$type": "object", "same": 0},
    {"$type": "object", "class": "KNN", "number": 0, "parts": {"parameters": {}}},
    {"$type": "array", "name": "decision_scores_"},
    {"$type": "tensor", "name": "nothing"},
    {"$type": "scalar", "dtype": "O", "value": 1},
    {"$type": "objects", "shape": [10**9, 10**9], "items": []},
    {"$type": "random_state", "state": ["MT19937", [1], 0]},
    {"$type": "device", "name": "abacus"},
    {"$type": "tuple"},
    {"$type": []},
]


def test_whatever_a_tree_says_nothing_but_a_model_file_error_is_raised(path, data):
    held = own.read(path)
    config = json.loads(held["config.json"])
    places = list(leaves(config))
    rng = np.random.default_rng(4)
    n_refused = 0
    for _ in range(300):
        mutant = json.loads(held["config.json"])
        place = places[rng.integers(1, len(places))]
        inner = mutant
        for key in place[:-1]:
            inner = inner[key]
        inner[place[-1]] = JUNK[rng.integers(len(JUNK))]
        forged = {**held, "config.json": json.dumps(mutant).encode()}
        path.write_bytes(seal(forged))
        try:
            assert isinstance(load(path), pyod_ssad.CutPasteSSAD)
        except ModelFileError:
            n_refused += 1
    assert n_refused > 150


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def pickled_npz(bomb):
    file = io.BytesIO()
    np.savez(file, decision_scores_=np.array([bomb], dtype=object))
    return file.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        lambda path, bomb: path.write_bytes(pickle.dumps(bomb)),
        lambda path, bomb: joblib.dump(bomb, path),
        lambda path, bomb: torch.save({"state": bomb}, path),
        lambda path, bomb: own.forge(path, arrays__npz=pickled_npz(bomb)),
        lambda path, bomb: own.forge(path, tensors__safetensors=pickle.dumps(bomb)),
        lambda path, bomb: own.forge(path, config__json=pickle.dumps(bomb)),
    ],
)
def test_no_pickle_is_opened(write, path, tmp_path):
    write(path, Bomb(tmp_path / "exploded"))
    with pytest.raises(ModelFileError):
        load(path)
    assert not (tmp_path / "exploded").exists()


def tree(change):
    """Return what changes the parts of the detector."""
    return lambda path: own.forge(path, lambda config: change(own.parts(config)))


def name_class(name):
    return lambda path: own.forge(path, lambda c: c["model"].update({"class": name}))


def custom(name):
    return {"$type": "custom", "name": name}


def config(**changes):
    return lambda path: own.forge(path, lambda config: config.update(changes))


def set_weight(value):
    def change(path):
        tensors = load_safetensors(own.read(path)["tensors.safetensors"])
        tensors["network_.encoder.backbone.0.0.weight"] = value
        own.forge(path, tensors__safetensors=save_safetensors(tensors))

    return change


def set_array(name, value):
    def change(path):
        with np.load(io.BytesIO(own.read(path)["arrays.npz"])) as held:
            arrays = {**held, name: value}
        own.forge(path, arrays__npz=own.npz(**arrays))

    return change


def rename(old, new):
    def change(path):
        held = own.read(path)
        held[new] = held.pop(old)
        path.write_bytes(seal(held))

    return change


def swap(path):
    held = own.read(path)
    a, b = "arrays.npz", "tensors.safetensors"
    path.write_bytes(seal({**held, a: held[b], b: held[a]}))


def double(path):
    with (
        pytest.warns(UserWarning, match="Duplicate"),
        zipfile.ZipFile(path, "a") as archive,
    ):
        archive.writestr("config.json", "{}")


def add(name, data=b""):
    def change(path):
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, data)

    return change


def compress(path):
    held = own.read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**held, SUMS: b""}.items():
            archive.writestr(name, part)


def change_sums(path):
    held = own.read(path)
    path.write_bytes(zip_members({**held, SUMS: b"0" * 64 + b"  config.json\n"}))


def deep(path):
    own.forge(path, config__json=b"[" * 100_000 + b"]" * 100_000)


def unused_array(path):
    set_array("more", np.zeros(3))(path)


FORGED = [
    (lambda path: path.write_bytes(b""), ["zip"]),
    (lambda path: path.write_text("hello"), ["not a zip file", "joblib.load"]),
    (lambda path: path.write_bytes(zip_members({"a": b""})), ["['a']", "another kind"]),
    (swap, ["damaged, or of another kind"]),
    (double, ["each name once"]),
    (add("extra.txt"), ["extra.txt", "another kind"]),
    (add("../evil"), ["'../evil'", "stays in its folder"]),
    (add("/etc/evil"), ["'/etc/evil'", "stays in its folder"]),
    (add("a\\evil"), ["evil", "stays in its folder"]),
    (add("..."), ["'...'", "stays in its folder"]),
    (rename("arrays.npz", "arrays_npz"), ["arrays_npz", "wanted"]),
    (compress, ["compressed", "wanted it stored"]),
    (change_sums, ["SHA-256", "damaged or changed"]),
    (deep, ["RecursionError"]),
    (config(format="keras"), ["no model file of pyod_ssad"]),
    (config(version=2), ["version 2", "reads 1", "Install"]),
    (config(version="1"), ["version '1'", "reads 1"]),
    (config(model=None), ["NoneType, no detector"]),
    (config(model=[1]), ["list, no detector"]),
    (config(model={"$type": "pickle"}), ["'pickle'", "known"]),
    (name_class("os.system"), ["'os.system'", "not on the list", "forged"]),
    (name_class("builtins.eval"), ["'builtins.eval'", "not on the list"]),
    (name_class("pyod.models.knn.KNN"), ["'pyod.models.knn.KNN'", "not on the list"]),
    (name_class("BaseSSAD"), ["'BaseSSAD'", "not on the list"]),
    (name_class("thin_cnn"), ["'thin_cnn'", "not on the list"]),
    (name_class(["CutPasteSSAD"]), ["wanted a class of detectors"]),
    (name_class(custom("thin_cnn")), ["thin_cnn", "wanted a class of detectors"]),
    (name_class(custom("eval")), ["'eval'", "not of this package", "custom=[eval]"]),
    (name_class("STSSAD"), ["STSSAD has no arguments", "another version"]),
    (tree(lambda p: p["parameters"].update(evil=1)), ["no arguments ['evil']"]),
    (tree(lambda p: p["parameters"].update(contamination=7)), ["contamination"]),
    (tree(lambda p: p["state"].update(predict=1)), ["no attribute 'predict'"]),
    (tree(lambda p: p["state"].update(preprocessing=1)), ["'preprocessing'"]),
    (tree(lambda p: p["state"].update(__class__=1)), ["no attribute '__class__'"]),
    (tree(lambda p: p["state"].update({"a b": 1})), ["no attribute 'a b'"]),
    (tree(lambda p: p["state"].update(image_size_=-1)), ["image_size_ is -1"]),
    (tree(lambda p: p["state"].update(n_channels_=2)), ["n_channels_ is 2"]),
    (tree(lambda p: p["state"].update(threshold_="high")), ["threshold_ is 'high'"]),
    (tree(lambda p: p["state"].pop("labels_")), ["labels_ is None"]),
    (
        set_array("decision_scores_", np.full(12, np.nan)),
        ["decision_scores_", "finite"],
    ),
    (set_array("decision_scores_", np.zeros((3, 4))), ["decision_scores_", "one axis"]),
    (set_array("decision_scores_", np.zeros(3)), ["3 scores and 12 labels"]),
    (set_array("density_.precision_", np.eye(5)), ["density cannot score", "8 feat"]),
    (set_array("density_.precision_", np.full((8, 8), np.nan)), ["finite score"]),
    (set_array("density_.location_", np.zeros(9)), ["density cannot score"]),
    (set_array("density_.location_", np.array(["a"] * 8)), ["density cannot score"]),
    (set_array("labels_", np.zeros(12, "M8[s]")), ["datetime64", "wanted numbers"]),
    (set_array("labels_", np.zeros(12, "i4,i4")), ["'f0'", "wanted numbers"]),
    (unused_array, ["arrays without use: ['more']"]),
    (set_weight(torch.zeros(1)), ["(1,) of torch.float32", "(4, 3, 3, 3)"]),
    (set_weight(torch.zeros(4, 3, 3, 3).double()), ["torch.float64", "torch.float32"]),
    (set_weight(torch.full((4, 3, 3, 3), torch.nan)), ["not finite"]),
    (
        tree(lambda p: p["network_"].update(more=p["network_"]["encoder.mean"])),
        ["1 names differ", "'more'"],
    ),
    (tree(lambda p: p["network_"].pop("encoder.mean")), ["1 names differ"]),
    (tree(lambda p: p["parameters"].update(backbone="resnet18")), ["names differ"]),
]


@pytest.mark.parametrize(("forge", "words"), FORGED)
def test_what_a_forged_file_is_told(forge, words, path):
    forge(path)
    with pytest.raises(ModelFileError) as caught:
        load(path)
    for word in [str(path), "was not loaded", *words]:
        assert word in str(caught.value)


def npy(header, version=(1, 0)):
    text = header.encode()
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text + bytes(8)


def huge_array(path):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
    own.forge(path, arrays__npz=zip_members({"decision_scores_.npy": npy(header)}))


def huge_header(path):
    header = npy("{'descr': '<f8'}")[:8] + b"\xff" * 64
    own.forge(path, arrays__npz=zip_members({"decision_scores_.npy": header}))


def negative_array(path):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"
    own.forge(path, arrays__npz=zip_members({"decision_scores_.npy": npy(header)}))


def compressed_bomb(path):
    file = io.BytesIO()
    np.savez_compressed(file, decision_scores_=np.zeros(10**7))
    own.forge(path, arrays__npz=file.getvalue())


def huge_safetensors_header(path):
    own.forge(path, tensors__safetensors=struct.pack("<Q", 2**62) + b"{}")


def huge_tensor(path):
    entry = {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}
    header = json.dumps({"network_.encoder.mean": entry}).encode()
    data = struct.pack("<Q", len(header)) + header
    own.forge(path, tensors__safetensors=data)


def huge_member(path):
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 20 : place + 28] = struct.pack("<II", 2**31, 2**31)
    path.write_bytes(data)


def huge_object_array(path):
    node = {"$type": "objects", "shape": [10**6, 10**6], "items": []}
    tree(lambda p: p["state"].update(more_=node))(path)


def huge_backbone(path):
    tree(lambda p: p["parameters"].update(backbone="vit_h_14"))(path)


def huge_backbone_that_needs_memory(path):
    tree(lambda p: p["parameters"].update(backbone="regnet_y_128gf"))(path)


def huge_images(path):
    def change(parts):
        parts["parameters"]["backbone"] = "resnet18"
        parts["state"]["image_size_"] = 10**6

    tree(change)(path)


@pytest.mark.parametrize(
    "forge",
    [
        huge_array,
        huge_header,
        negative_array,
        compressed_bomb,
        huge_safetensors_header,
        huge_tensor,
        huge_member,
        huge_object_array,
        huge_backbone,
        huge_backbone_that_needs_memory,
        huge_images,
    ],
)
def test_no_file_takes_more_memory_than_it_has(forge, path, memory):
    forge(path)
    with memory(), pytest.raises(ModelFileError):
        load(path)


@pytest.fixture
def memory():
    """Return a context that fails if NumPy, Python or torch have taken much."""

    class Largest(TorchDispatchMode):
        elements = 0

        def __torch_dispatch__(self, function, types, args=(), kwargs=None):
            made = function(*args, **(kwargs or {}))
            if isinstance(made, torch.Tensor) and not made.is_meta:
                self.elements = max(self.elements, made.numel())
            return made

    @contextmanager
    def watch():
        tracemalloc.start()
        try:
            with Largest() as largest:
                yield
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 30e6
        assert largest.elements < 1e6

    return watch


def test_huge_images_take_no_memory_before_they_are_scored(path, memory):
    tree(lambda p: p["state"].update(image_size_=10**6))(path)
    with memory():
        assert load(path).image_size_ == 10**6


def test_an_augmentation_outside_its_bounds_is_refused(tmp_path):
    path = tmp_path / "clf"
    own.fit(AugmentationSSAD, augmentation=CutOut(0.1)).save(path)

    def change(parts):
        parts["state"]["augmentation_"]["parts"]["arguments"]["patch_area"] = -3

    tree(change)(path)
    with pytest.raises(ModelFileError, match="patch_area must be"):
        load(path)


def test_a_density_is_not_fitted_at_any_price(tmp_path):
    path = tmp_path / "clf"
    own.fit(density=IForest(n_estimators=3)).save(path)

    def change(parts):
        density = parts["state"]["density_"]["parts"]["detector"]["parts"]
        density["parameters"]["n_estimators"] = 10**9

    tree(change)(path)
    with pytest.raises(ModelFileError, match=r"n_estimators=1000000000.*at most"):
        load(path)

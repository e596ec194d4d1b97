"""The store: a fit is found again if, and only if, nothing about it has changed."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from pyod.models.knn import KNN

import benchmark.common.store as store
import pyod_ssad
from benchmark.common.store import Job, make_keys, run_jobs
from pyod_ssad import CutOutSSAD

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 8), dtype=np.uint8)
CALLS = "calls.txt"


def describe(detector, X_train, X_test, folder=None, fails_at=None):
    """Do what jobs do, and say in a file that it was done."""
    if detector.n_neighbors == fails_at:
        raise KeyboardInterrupt
    with open(folder / CALLS, "a") as file:
        file.write(f"{detector.n_neighbors}\n")
    return {
        "mean": X_train.mean(),
        "X_test": X_test,
        "threads": torch.get_num_threads(),
        "is_plain": type(X_train) is np.ndarray,
        "is_writable": X_train.flags.writeable,
    }


def fit(detector, X_train, X_test):
    """Do nothing."""
    return {}


def job(**parameters):
    return Job(fit, CutOutSSAD(image_size=8, **parameters), IMAGES[:4], IMAGES[4:])


def key(made):
    return make_keys([made])[0]


def knn_jobs(folder, n=3, images=IMAGES, **arguments):
    arguments = {"folder": folder, **arguments}
    return [
        Job(describe, KNN(n_neighbors=k), images[:4], images[4:], arguments)
        for k in range(1, n + 1)
    ]


def calls(folder):
    path = folder / CALLS
    return sorted(path.read_text().split()) if path.exists() else []


@pytest.fixture
def copied_package(tmp_path, monkeypatch):
    """Return the folder of a copy of pyod_ssad, which the store takes for the real."""
    folder = tmp_path / "pyod_ssad"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(pyod_ssad.__file__).parent, folder, ignore=ignored)
    monkeypatch.setattr(pyod_ssad, "__file__", str(folder / "__init__.py"))
    return folder


class TestKey:
    def test_another_augmentation_is_another_fit(self, copied_package):
        before = key(job())
        with open(copied_package / "augmentations" / "cutout.py", "a") as file:
            file.write("\nBLACK = 1.0\n")
        assert key(job()) != before

    def test_the_same_code_elsewhere_is_the_same_fit(self, request):
        before = key(job())
        request.getfixturevalue("copied_package")
        assert key(job()) == before

    def test_the_function_and_its_file_count(self, monkeypatch, tmp_path):
        before = key(job())
        changed = tmp_path / "changed.py"
        changed.write_text("scores = None")
        monkeypatch.setattr(store.inspect, "getsourcefile", lambda _: str(changed))
        assert key(job()) != before
        monkeypatch.undo()
        other = Job(describe, job().detector, IMAGES[:4], IMAGES[4:])
        assert key(other) != before
        assert key(dataclasses.replace(job(), modules=(store,))) != before

    @pytest.mark.parametrize(
        "changed",
        [{"random_state": 1}, {"precision": "float32"}, {"patch_area": 0.3}],
    )
    def test_parameters_count(self, changed):
        assert key(job(**changed)) != key(job())

    @pytest.mark.parametrize("place", ["X_train", "X_test"])
    @pytest.mark.parametrize(
        "change",
        [
            lambda X: np.where(X[0, 0, 0] == X, X + 1, X).astype(X.dtype),
            lambda X: X.reshape(len(X), 4, 16),
            lambda X: X.view(np.int8),
        ],
    )
    def test_values_shape_and_type_of_images_count(self, place, change):
        made = job()
        sets = {"X_train": made.X_train, "X_test": made.X_test}
        sets[place] = change(sets[place])
        assert key(Job(fit, made.detector, **sets)) != key(made)

    def test_equal_images_at_another_address_do_not(self):
        made = job()
        assert key(Job(fit, made.detector, made.X_train.copy(), made.X_test)) == key(
            made
        )

    def test_arguments_count(self):
        sets = job().detector, IMAGES[:4], IMAGES[4:]
        assert key(Job(fit, *sets, {"kind": "a"})) != key(
            Job(fit, *sets, {"kind": "b"})
        )

    def test_threads_count(self, monkeypatch):
        before = key(job())
        monkeypatch.setattr(store, "THREADS", 2)
        assert key(job()) != before

    def test_versions_count(self, monkeypatch):
        before = key(job())
        version = store.importlib.metadata.version
        monkeypatch.setattr(
            store.importlib.metadata,
            "version",
            lambda name: "0.0" if name == "torch" else version(name),
        )
        assert key(job()) != before

    def test_auto_precision_depends_on_the_processor_and_others_do_not(
        self, monkeypatch
    ):
        def keys(is_fast):
            monkeypatch.setattr(store, "has_fast_bfloat16", lambda _: is_fast)
            return [key(job(precision=name)) for name in ("auto", "float32")]

        (auto, fixed), (auto_elsewhere, fixed_elsewhere) = keys(True), keys(False)
        assert auto != auto_elsewhere
        assert fixed == fixed_elsewhere

    @pytest.mark.parametrize("images", [torch.zeros(4, 8, 8), np.array([None])])
    def test_what_has_no_values_to_digest_is_refused(self, images):
        with pytest.raises(TypeError, match="NumPy"):
            key(Job(fit, KNN(), images, IMAGES))


class TestRunning:
    def test_results_come_in_order_and_are_found_again_with_other_n_jobs(
        self, tmp_path
    ):
        jobs = knn_jobs(tmp_path)
        first = run_jobs(jobs[1:], tmp_path / "store", 1, "test")
        assert calls(tmp_path) == ["2", "3"]
        second = run_jobs(jobs, tmp_path / "store", 2, "test")
        third = run_jobs(jobs[::-1], tmp_path / "store", None, "test")
        assert calls(tmp_path) == ["1", "2", "3"]
        for result in (*first, *second, *third):
            assert result["mean"] == IMAGES[:4].mean()
            assert_array_equal(result["X_test"], IMAGES[4:])

    def test_equal_jobs_are_done_once(self, tmp_path):
        results = run_jobs(knn_jobs(tmp_path, 1) * 2, tmp_path / "store", 1, "test")
        assert len(results) == 2
        assert calls(tmp_path) == ["1"]

    def test_an_interrupted_run_goes_on(self, tmp_path):
        folder = tmp_path / "store"
        with pytest.raises(KeyboardInterrupt):
            run_jobs(knn_jobs(tmp_path, fails_at=2)[1:], folder, 1, "test")
        assert list(folder.iterdir()) == []
        jobs = knn_jobs(tmp_path)
        run_jobs(jobs[:2], folder, 1, "test")
        (folder / "half.npz.7.partial").write_bytes(b"interrupted")
        run_jobs(jobs, folder, 1, "test")
        assert calls(tmp_path) == ["1", "2", "3"]

    def test_a_job_interrupted_while_it_is_stored_is_done_again(
        self, tmp_path, monkeypatch
    ):
        def cut_short(result, path):
            path.write_bytes(b"half")
            raise KeyboardInterrupt

        jobs, folder = knn_jobs(tmp_path, 1), tmp_path / "store"
        with monkeypatch.context() as patch:
            patch.setitem(store._FORMATS, ".npz", (cut_short, None))
            with pytest.raises(KeyboardInterrupt):
                run_jobs(jobs, folder, 1, "test")
        (result,) = run_jobs(jobs, folder, 1, "test")
        assert_array_equal(result["X_test"], IMAGES[4:])

    @pytest.mark.parametrize("n_jobs", [1, 2])
    def test_every_job_has_one_thread(self, tmp_path, n_jobs):
        before = torch.get_num_threads()
        torch.set_num_threads(2)
        try:
            jobs = knn_jobs(tmp_path, 2)
            results = run_jobs(jobs, tmp_path / "store", n_jobs, "test")
            assert torch.get_num_threads() == 2
        finally:
            torch.set_num_threads(before)
        assert [result["threads"] for result in results] == [1, 1]

    def test_large_arrays_are_written_for_workers_once(self, tmp_path, monkeypatch):
        from joblib import _memmapping_reducer

        written = []
        dump = _memmapping_reducer.dump
        monkeypatch.setattr(
            _memmapping_reducer,
            "dump",
            lambda array, path: written.append(array.shape) or dump(array, path),
        )
        images = np.zeros((6, 1024, 1024), dtype=np.uint8)
        jobs = knn_jobs(tmp_path, images=images)
        shared = [Job(describe, j.detector, images, IMAGES, j.arguments) for j in jobs]
        results = run_jobs(shared, tmp_path / "store", 2, "test")
        assert written == [images.shape]
        assert all(r["is_plain"] and r["is_writable"] for r in results)

    def test_objects_are_stored_where_they_are_wanted(self, tmp_path):
        jobs = [Job(_objects, KNN(), IMAGES, IMAGES)]
        for _ in range(2):
            (result,) = run_jobs(jobs, tmp_path, 1, "test", suffix=".joblib")
            assert result == {"history": [{"loss": 0.5}], "tuning": None}


def _objects(detector, X_train, X_test):
    return {"history": [{"loss": 0.5}], "tuning": None}

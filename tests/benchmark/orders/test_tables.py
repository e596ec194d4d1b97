"""Tables of the study: errors of what was learned, and tests against first order."""

import numpy as np
import pandas as pd
import pytest

from benchmark.orders.tables import learning_error, mean_tables, test_table
from benchmark.orders.tasks import PAIRS, TURNS, load_tasks

against_first_order = test_table
# Its name makes it look like a test.
del test_table


def test_error_of_an_area_is_a_share_of_the_logarithms_range():
    truth = {"patch_area": 0.01, "aspect": 2.0, "angle": 0.0}
    errors = [learning_error({"patch_area": a}, truth) for a in (0.01, 0.02, 0.005)]
    assert errors[0] == 0
    assert errors[1] == pytest.approx(errors[2])
    ends = learning_error({"patch_area": 1.0}, {"patch_area": 1e-4})
    assert errors[1] == pytest.approx(np.log(2) / np.log(1e4) * ends, rel=1e-6)


@pytest.mark.parametrize(
    ("angle", "share"), [(10, 20), (350, 0), (170, 180), (300, 50)]
)
def test_error_of_an_angle_goes_around(angle, share):
    error = learning_error({"angle": float(angle)}, {"angle": 350.0})
    assert error == pytest.approx(share / 360)


def test_no_truth_has_no_error():
    assert np.isnan(learning_error({"patch_area": 0.1}, {}))


def results():
    """Eight tasks of four training sets; "better" is, in both, and "worse" is not."""
    rng, rows = np.random.default_rng(0), []
    for task in range(8):
        auc, error = rng.uniform(0.5, 0.8), rng.uniform(0.2, 0.5)
        for method, gain in (("first", 0.0), ("better", 0.1), ("worse", -0.1)):
            rows.append(
                {
                    "suite": "a" if task < 6 else "b",
                    "training_set": f"set {task // 2}",
                    "task": f"task {task}",
                    "method": method,
                    "auc": auc + gain * rng.uniform(0.5, 1),
                    "false_alarms": 0.1,
                    "p01": 0.0,
                    "error": error - gain if task < 6 else np.nan,
                }
            )
    return pd.DataFrame(rows)


def test_variants_are_tested_against_first_order():
    table = against_first_order(results())
    for value, n, n_sets in (("auc", 8, 4), ("error", 6, 3)):
        for unit, count in (("task", n), ("training_set", n_sets)):
            rows = table.loc[value, unit]
            assert list(rows["n"]) == [count, count]
            # All differences have one sign: the smallest p that there is.
            assert rows.loc["better", "p"] == pytest.approx(0.5**count)
            assert rows.loc["worse", "p"] == 1.0
            assert rows.loc["better", "p_holm"] == pytest.approx(2 * 0.5**count)
            assert rows.loc["better", "mean_advantage"] > 0.04
            assert rows.loc["worse", "mean_advantage"] < -0.04


def test_means_are_over_tasks():
    tables = mean_tables(results())
    auc, error = tables["auc"], tables["error"]
    np.testing.assert_allclose(tables["false_alarms"], 0.1)
    assert list(auc.index) == ["a (6)", "b (2)", "all (8)"]
    assert list(error.index) == ["a (6)", "all (6)"]
    frame = results()
    expected = frame[(frame["suite"] == "b") & (frame["method"] == "first")]["auc"]
    assert auc.loc["b (2)", "first"] == pytest.approx(expected.mean())
    assert (error["better"] < error["first"]).all()


@pytest.fixture(scope="module")
def tasks():
    return load_tasks()


def test_tasks_are_fresh(tasks):
    assert len({task.data.name for task in tasks}) == len(tasks) == 20
    # Choices made before rest on digits 2 and 6, and on these areas.
    assert not {"2", "6"} & {*TURNS, *"".join(PAIRS).replace("/", "")}
    areas = {t.truth["patch_area"] for t in tasks if t.suite == "patches"}
    assert not areas & {0.01, 0.02, 0.04, 0.08, 0.16}


def test_made_anomalies_differ_as_the_truth_says(tasks):
    for task in tasks:
        data, made = task.data, task.data.y_test == 1
        assert 0.3 < made.mean() < 0.7
        if task.suite == "patches":
            darker = data.X_test[~made].mean() - data.X_test[made].mean()
            assert darker > 0.2 * task.truth["patch_area"] * 100
        assert bool(task.truth) == (task.suite in ("patches", "turns"))

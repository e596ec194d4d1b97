"""What a run says before it works."""

from types import SimpleNamespace

import numpy as np
import pytest

import benchmark.dsv.announcement as announcement
import benchmark.dsv.baselines as baselines
import benchmark.dsv.study as dsv
from benchmark.dsv.announcement import announce, estimate_seconds
from benchmark.dsv.baselines import available

OBJECTS = {
    name: SimpleNamespace(X_train=np.zeros(200), X_test=np.zeros(300))
    for name in ("brick", "gravel")
}
TASKS = [None] * 10


@pytest.fixture(autouse=True)
def without_imagenet(monkeypatch):
    monkeypatch.setattr(baselines, "has_imagenet", lambda: False)


def estimate(chosen, cores, choice="quick"):
    return estimate_seconds(chosen, TASKS, OBJECTS, available(choice), cores)


def specs(*arguments):
    return dsv.make_specs(dsv.parse_arguments(arguments), OBJECTS)


def test_the_first_command_says_its_work_and_takes_two_minutes_on_two_cores(
    monkeypatch,
):
    monkeypatch.setattr(announcement.joblib, "cpu_count", lambda: 2)
    text = announce(specs(), TASKS, OBJECTS, available("quick"), 8)
    assert text.startswith("30 detectors on 2 objects, 10 tasks, 4 baselines: about ")
    assert text.endswith(" s on 2 cores, less what is stored")
    monkeypatch.setattr(baselines, "has_imagenet", lambda: True)
    assert estimate(specs(), 2) < 120


def test_seconds_follow_the_work():
    fixed = estimate([], 1)
    once = estimate(specs(), 1) - fixed
    assert once == pytest.approx(30 * 100 * 64 * 32**2 * 0.7e-6)
    for arguments, times in (
        (["--steps", "50"], 0.5),
        (["--image-size", "64"], 4),
        (["--seeds", "0,1,2"], 3),
    ):
        more = estimate(specs(*arguments), 1) - fixed
        assert more == pytest.approx(times * once)
    assert estimate(specs(), 2) == pytest.approx(fixed + once / 2)


def test_frozen_large_images_take_time(monkeypatch):
    before = estimate(specs(), 1)
    monkeypatch.setattr(baselines, "has_imagenet", lambda: True)
    after = estimate(specs(), 1)
    assert after - before == pytest.approx(1000 * 0.016)
    patches = estimate(specs(), 1, "all") - after
    assert patches == pytest.approx(1000 * (0.14 + 3 * 0.03))


@pytest.mark.parametrize(
    "arguments", [["--backbone", "resnet18"], ["--device", "cuda"]]
)
def test_no_time_is_made_up(arguments):
    text = announce(specs(*arguments), TASKS, OBJECTS, {}, 2)
    assert "unknown" in text and " s on " not in text


def test_it_is_said_before_the_work(monkeypatch, capsys):
    class Started(Exception):
        """Raised where the work starts."""

    def start(*_):
        raise Started

    monkeypatch.setattr(dsv, "train_zoo", start)
    with pytest.raises(Started):
        dsv.main(["--n-jobs", "1"])
    assert "30 detectors on 2 objects, 10 tasks" in capsys.readouterr().out

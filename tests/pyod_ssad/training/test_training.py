"""The training loop: batches, schedules, history, precision."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import pyod_ssad.training.precision as automatic
from pyod_ssad.backbones import build_encoder
from pyod_ssad.training import (
    TrainingPlan,
    autocast,
    batches,
    make_optimizer,
    resolve_device,
    train,
)

CPU = torch.device("cpu")


def plan(**changes):
    values = {
        "steps": 40,
        "batch_size": 8,
        "optimizer": "sgd",
        "lr": 0.1,
        "precision": "float32",
        "device": CPU,
        "seed": 0,
    }
    return TrainingPlan(**{**values, **changes})


def generator():
    return torch.Generator().manual_seed(0)


def mean_loss(forward, images, generator):
    return {"fit": ((forward(images) - 1) ** 2).mean(), "size": images.mean()}


def make_network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(4, 1))


def images(n=20):
    return torch.randint(0, 256, (n, 1, 2, 2), dtype=torch.uint8, generator=generator())


@pytest.mark.parametrize("n_images", [5, 8, 20])
def test_every_image_comes_once_before_any_comes_again(n_images):
    drawn = torch.cat(list(batches(n_images, plan(), generator())))
    assert len(drawn) == 40 * 8
    whole = drawn[: len(drawn) // n_images * n_images].reshape(-1, n_images)
    everything = torch.arange(n_images).expand_as(whole)
    assert torch.equal(whole.sort(dim=1).values, everything)
    assert n_images == 5 or not torch.equal(whole[0], whole[1])


def test_sgd_has_momentum_and_decays_along_a_cosine():
    parameter = nn.Parameter(torch.zeros(1))
    optimizer, schedule = make_optimizer([parameter], plan())
    assert optimizer.defaults["momentum"] == 0.9
    assert optimizer.defaults["weight_decay"] == 3e-5
    for step in range(40):
        expected = 0.05 * (1 + math.cos(math.pi * step / 40))
        assert schedule.get_last_lr()[0] == pytest.approx(expected)
        optimizer.step()
        schedule.step()


def test_adamw_has_one_cycle():
    parameter = nn.Parameter(torch.zeros(1))
    optimizer, schedule = make_optimizer([parameter], plan(optimizer="adamw"))
    rates = []
    for _ in range(40):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.1, rel=0.01)
    assert rates[: peak + 1] == sorted(rates[: peak + 1])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] < 0.001


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_steps_may_be_an_integer_of_numpy(optimizer):
    weights = []
    for steps in (6, np.int64(6)):
        network = make_network()
        chosen = plan(steps=steps, optimizer=optimizer)
        train(network, mean_loss, images(), chosen)
        weights.append(network[1].weight)
    assert torch.equal(*weights)


def test_history_holds_the_means_of_every_term():
    seen = []

    def loss(forward, batch, generator):
        terms = mean_loss(forward, batch, generator)
        seen.append({name: float(value.detach()) for name, value in terms.items()})
        return terms

    rows = train(make_network(), loss, images(), plan())
    assert [row["step"] for row in rows] == list(range(2, 41, 2))
    for i, row in enumerate(rows):
        pair = seen[2 * i : 2 * i + 2]
        for name in ("fit", "size"):
            assert row[name] == pytest.approx(sum(p[name] for p in pair) / 2, rel=1e-5)
    assert rows[-1]["fit"] < rows[0]["fit"]
    assert all(
        a["seconds"] <= b["seconds"] for a, b in zip(rows, rows[1:], strict=False)
    )


def test_terms_are_added():
    def split(forward, batch, generator):
        half = mean_loss(forward, batch, generator)["fit"] / 2
        return {"first": half, "second": half}

    whole, halves = make_network(), make_network()
    train(whole, lambda *a: {"fit": mean_loss(*a)["fit"]}, images(), plan())
    train(halves, split, images(), plan())
    assert torch.allclose(whole[1].weight, halves[1].weight, atol=1e-6)


def test_a_diverging_loss_is_an_error():
    def explode(forward, batch, generator):
        return {"loss": forward(batch).sum() * float("nan")}

    with pytest.raises(FloatingPointError, match="smaller lr"):
        train(make_network(), explode, images(), plan())


def test_precision_is_that_of_the_plan():
    dtypes = []

    class Probe(nn.Linear):
        def forward(self, inputs):
            outputs = super().forward(inputs)
            dtypes.append(outputs.dtype)
            return outputs

    for precision in ("float32", "bfloat16"):
        network = nn.Sequential(nn.Flatten(), Probe(4, 1))
        train(
            network,
            mean_loss,
            images(),
            plan(steps=1, precision=precision),
        )
    assert dtypes == [torch.float32, torch.bfloat16]


@pytest.mark.parametrize(
    ("features", "width", "expected"),
    [
        (set(), 2_000_000, torch.float32),
        ({"avx512_bf16"}, 2_000_000, torch.bfloat16),
        ({"amx_tile"}, 2_000_000, torch.bfloat16),
        ({"avx512_bf16"}, 900_000, torch.float32),
        ({"amx_tile"}, 900_000, torch.float32),
    ],
)
def test_automatic_precision_follows_the_size_of_the_network(
    monkeypatch, features, width, expected
):
    """A small network's seed means the same on every processor."""
    monkeypatch.setattr(automatic, "_cpu_has", lambda feature: feature in features)
    with autocast(CPU, "auto", nn.Linear(width, 1)):
        assert nn.Linear(2, 2)(torch.rand(1, 2)).dtype == expected


@pytest.mark.parametrize(
    ("backbone", "is_large"),
    [("small_cnn", False), ("resnet18", True), ("efficientnet_b0", True)],
)
def test_backbones_are_small_or_large(backbone, is_large):
    network = build_encoder(backbone)
    assert (automatic.count_parameters(network) >= automatic.LARGE) == is_large


def test_verbose(capsys):
    train(make_network(), mean_loss, images(), plan(verbose=0))
    silent = capsys.readouterr()
    assert silent.out == "" and silent.err == ""
    train(make_network(), mean_loss, images(), plan(verbose=2))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 20 and lines[-1].startswith("step 40")
    train(make_network(), mean_loss, images(), plan(verbose=1))
    assert "40/40" in capsys.readouterr().err


@pytest.mark.parametrize("device", ["abacus", "cuda:99", 3.5])
def test_devices_that_are_not_here(device):
    with pytest.raises(ValueError, match="'cpu' or 'auto'"):
        resolve_device(device)


def test_automatic_device():
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert resolve_device("auto").type == expected


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_cuda_scores_agree_with_those_of_the_cpu():
    from pyod_ssad import CutPasteSSAD

    X = torch.rand(20, 3, 32, 32)
    clf = CutPasteSSAD(device="cuda", steps=20, image_size=32, random_state=0).fit(X)
    on_cuda = clf.decision_function(X)
    assert next(clf.network_.parameters()).device == CPU
    on_cpu = clf.set_params(device="cpu").decision_function(X)
    assert on_cpu == pytest.approx(on_cuda, rel=1e-2)

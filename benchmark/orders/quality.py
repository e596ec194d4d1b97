"""How far every hypergradient is from that of the expected validation loss."""

import copy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from tqdm.auto import tqdm

from benchmark.common.timing import time_in_turn
from benchmark.orders.variants import AHEAD, FIRST, VARIANTS, make_detector
from pyod_ssad.self_tuning.lookahead import (
    Hyperparameters,
    embed_with,
    lookahead,
)
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES
from pyod_ssad.training import train

MOVE = 1e-3
"""Of the central differences, in free coordinates."""

EXACT = {1: "exact, 1 ahead", AHEAD: f"exact, {AHEAD} ahead"}
LARGEST = max(variant.batches for variant in VARIANTS.values())
REPEATS = 10


@dataclass(frozen=True)
class Place:
    """A network that is warmed up, and the hyperparameters that it is warmed up at.

    Parameters
    ----------
    name : str
    network : PretextNetwork
    start : dict of str to float
    family : LearnableAugmentation
    detector : STSSAD
        Unfitted; of the losses.
    data : list of two uint8 tensors
        Training and unlabelled images.
    """

    name: str
    network: object
    start: dict
    family: object
    detector: object
    data: list

    def estimate(self, variant, draw):
        """Return the hypergradient of one iteration in free coordinates."""
        chosen = VARIANTS[variant]
        network = copy.deepcopy(self.network).train()
        values = Hyperparameters(self.family, self.start)
        step = self._look_ahead(network, values, chosen, draw)
        values.pull_back(step.hypergradients)
        return np.array([float(free.grad) for free in values.free.values()])

    def exact(self, draw, ahead):
        """Return central differences of the validation loss of the same draw."""
        return np.array([self._difference(draw, ahead, name) for name in self.start])

    def run(self, variant):
        """Return a function that takes an iteration, to be timed."""
        network = copy.deepcopy(self.network).train()
        values = Hyperparameters(self.family, self.start)
        return lambda: self._look_ahead(network, values, VARIANTS[variant], 0)

    def run_plain(self):
        """Return a function that takes a plain step of training, to be timed."""
        network = copy.deepcopy(self.network)
        plan = replace(self.detector._make_plan(), steps=1)
        loss = self.detector._batch_loss(self.family.fixed_at(self.start))
        return lambda: train(network, loss, self.data[0], plan)

    def _look_ahead(self, network, values, variant, draw):
        bound = values.bind()
        loss = self.detector._batch_loss(bound)
        plan = replace(self.detector._make_tuning_plan(), order=variant.order)
        generator = torch.Generator().manual_seed(draw)
        batches = self._batches(draw, variant.batches)
        return variant.look_ahead(network, bound, loss, *batches, plan, generator)

    def _batches(self, draw, n):
        """Return n training batches in a row, and n unlabelled ones."""
        generator = torch.Generator().manual_seed(draw)
        size = self.detector.batch_size
        # All are drawn, so that every variant begins with the same batch.
        return [
            torch.cat(
                [
                    images[torch.randperm(len(images), generator=generator)[:size]]
                    for _ in range(LARGEST)
                ][:n]
            ).float()
            / 255
            for images in self.data
        ]

    def _difference(self, draw, ahead, name):
        there, back = (self._loss(draw, ahead, name, move) for move in (MOVE, -MOVE))
        return (there - back) / (2 * MOVE)

    def _loss(self, draw, ahead, name, move):
        """Return the validation loss, in float64, after steps of the network."""
        network = copy.deepcopy(self.network).double().train()
        values = Hyperparameters(self.family, self.start, dtype=torch.float64)
        values.free[name].data += move
        bound = values.bind()
        loss = self.detector._batch_loss(bound)
        generator = torch.Generator().manual_seed(draw)
        batch, unlabeled = (part.double() for part in self._batches(draw, ahead))
        parts = batch.chunk(ahead)
        lr = self.detector.tuning.network_lr
        for part in parts:
            training = sum(loss(network, part, generator).values())
            network.load_state_dict(lookahead(network, training, lr)[0], strict=False)
        with torch.no_grad():
            sets = parts[-1], bound(parts[-1], generator), unlabeled.chunk(ahead)[0]
            Z = embed_with(network.encoder, {}, *sets)
            return float(VALIDATION_LOSSES[self.detector.tuning.validation_loss](*Z))


def make_place(task, start, seed):
    """Warm a network up on a task as ST-SSAD does."""
    detector = make_detector(FIRST, task.parameters, seed)
    (family,) = detector._make_augmentation()
    data = [
        detector._load_training_images(task.data.X_train),
        detector._load_unlabeled_images(task.data.X_test),
    ]
    warm_start = detector._make_tuning_plan().warm_start
    plan = replace(detector._make_plan(), steps=warm_start)
    network, _ = detector._train(data[0], family.fixed_at(start), plan)
    values = ", ".join(f"{name} {value:g}" for name, value in start.items())
    name = f"{task.data.name}: {values}"
    return Place(name, network, start, family, detector, data)


def quality_table(places, draws):
    """Compare every hypergradient with the mean of exact ones over many draws.

    Parameters
    ----------
    places : list of Place
    draws : int
        Batches with augmentations.

    Returns
    -------
    table : DataFrame
        One row a place and hypergradient. All but ``cosine`` in units of the norm of
        the reference, all in free coordinates: ``error`` (root mean square of an
        iteration's distance from the reference), ``bias`` (of the mean from the mean
        of the exact ones of the same draws), ``missed`` (root mean square of the
        distance from the exact one of the same draw), ``cosine`` (mean, with the
        reference; with one hyperparameter that of the signs), and ``uncertainty``
        (the standard error of the reference itself).
    """
    return pd.DataFrame(
        [row for place in tqdm(places, "quality") for row in _compare(place, draws)]
    )


def _compare(place, draws):
    exact = {
        ahead: np.stack([place.exact(draw, ahead) for draw in range(draws)])
        for ahead in EXACT
    }
    estimates = {name: (ahead, exact[ahead]) for ahead, name in EXACT.items()}
    for name, variant in VARIANTS.items():
        given = np.stack([place.estimate(name, draw) for draw in range(draws)])
        estimates[name] = variant.ahead, given
    return [
        {"place": place.name, "hypergradient": name, **_errors(given, exact[ahead])}
        for name, (ahead, given) in estimates.items()
    ]


def _errors(given, exact):
    reference = exact.mean(axis=0)
    norm = np.linalg.norm(reference)
    lengths = np.linalg.norm(given, axis=1)
    spread = exact.std(axis=0, ddof=1) / len(exact) ** 0.5
    return {
        "norm": norm,
        "error": _root_mean_square(given - reference) / norm,
        "bias": np.linalg.norm((given - exact).mean(axis=0)) / norm,
        "missed": _root_mean_square(given - exact) / norm,
        "cosine": np.mean(given @ reference / (lengths * norm)),
        "uncertainty": np.linalg.norm(spread) / norm,
    }


def _root_mean_square(differences):
    return np.square(differences).sum(axis=1).mean() ** 0.5


def cost_table(places):
    """Return what an iteration costs, in plain training steps of the same batch.

    Returns
    -------
    table : DataFrame
        A row a place, a column a variant; medians of what was timed in turn.
    """
    return pd.DataFrame({place.name: _costs(place) for place in places}).T


def _costs(place):
    runs = {"plain": place.run_plain()}
    runs |= {name: place.run(name) for name in VARIANTS}
    seconds = time_in_turn(runs, REPEATS, torch.device("cpu"))
    return seconds.div(seconds["plain"], axis=0).median().drop("plain")

"""The loop of ST-SSAD: network and hyperparameters are updated in turn.

Source: J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
detection", 2023, Algorithm 1 and appendix C.1.
"""

import copy
import time
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from pyod_ssad.parameters import check_choice, check_integer, check_positive
from pyod_ssad.self_tuning.lookahead import (
    ORDERS,
    embed_with,
    look_ahead_and_validate,
    lookahead,
)
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES
from pyod_ssad.training import batches

SMOOTHING = 0.9
WINDOW = 20
EVALUATED = 256
# Adam's usual 1e-8 would turn the faintest gradient into a full step, so that
# hyperparameters which matter little, or are right already, would drift away.
CALM = 0.1


@dataclass(frozen=True)
class TuningPlan:
    """How to tune, without what to tune.

    Parameters
    ----------
    iterations : int
        At most this many updates of the hyperparameters.
    updates : int
        Updates of the network for each; the last one is the lookahead.
    network_lr : float
        Step size of the network's plain gradient descent, the paper's alpha.
    hyperparameter_lr : float
        Step size of Adam on the hyperparameters' free coordinates, the paper's beta.
    order : {"second", "first"}
        Whether the lookahead is a function of the hyperparameters, or a constant.
    validation_loss : {"mean_distance", "mmd", "mmd_unnormalized"}
    patience : int
        Iterations without a smaller sum of losses before tuning stops.
    batch_size : int
        Training images, and as many unlabelled ones, of a batch.

    Raises
    ------
    ValueError
        If a value is not as wanted.
    """

    iterations: int
    updates: int
    network_lr: float
    hyperparameter_lr: float
    order: str
    validation_loss: str
    patience: int
    batch_size: int

    def __post_init__(self):
        """Check the values."""
        check_integer("iterations", self.iterations, 0)
        for name in ("updates", "patience", "batch_size"):
            check_integer(name, getattr(self, name), 1)
        check_positive("network_lr", self.network_lr)
        check_positive("hyperparameter_lr", self.hyperparameter_lr)
        check_choice("order", self.order, ORDERS)
        check_choice("validation_loss", self.validation_loss, VALIDATION_LOSSES)

    @property
    def steps(self):
        """Return the number of batches that tuning takes at most."""
        return self.iterations * self.updates


class Tuner:
    """Updates a network and the hyperparameters of an augmentation in turn.

    Parameters
    ----------
    network : PretextNetwork
        Warmed up; changed in place.
    hyperparameters : Hyperparameters
        Changed in place.
    make_loss : callable (augmentation) -> loss
        Makes the pretext loss, see `look_ahead_and_validate`.
    plan : TuningPlan
    generator : torch.Generator
        A CPU generator for batches and augmentations.
    """

    def __init__(self, network, hyperparameters, make_loss, plan, generator):
        self.network = network
        self.hyperparameters = hyperparameters
        self.make_loss = make_loss
        self.plan = plan
        self.generator = generator
        self._optimizer = torch.optim.Adam(
            hyperparameters.free.values(), lr=plan.hyperparameter_lr, eps=CALM
        )

    def run(self, images, unlabeled):
        """Tune until the sum of losses falls no more; leave both at their best.

        Parameters
        ----------
        images, unlabeled : uint8 tensors of shape (n, C, H, W)
            All training images, and all unlabelled ones, on the network's device.

        Returns
        -------
        rows : list of dict
            One an iteration: ``iteration``, the hyperparameters before its update,
            ``loss``, ``validation_loss`` and ``seconds``.

        Notes
        -----
        Both losses are noisy, so their sum is smoothed by an exponential mean with
        weight 0.1 for the newest. The best iteration is the one with the smallest
        smoothed sum, from the twentieth on; tuning stops after `patience` iterations
        without a better one. The paper names the sum as the criterion and no rule.
        Without the wait, the best would often be the start: a strong augmentation is
        easy to learn, and the validation loss rises while the network learns.
        """
        keeper = Keeper(self.network, self.hyperparameters, self.plan.patience)
        start, rows = time.perf_counter(), []
        self.network.train()
        for batch, others in self._batches(images, unlabeled):
            row = {"iteration": len(rows) + 1, **self.hyperparameters.values()}
            with _no_tf32():
                losses = self._iterate(batch, others)
            _check_finite({**row, **losses})
            rows.append({**row, **losses, "seconds": time.perf_counter() - start})
            keeper.see(losses["loss"], losses["validation_loss"])
            if keeper.is_exhausted:
                break
        keeper.restore()
        _check_finite(self.hyperparameters.values())
        self.network.eval()
        return rows

    @torch.no_grad()
    def validate(self, augmentations, images, unlabeled):
        """Return the validation loss of augmentations at the network as it is.

        Parameters
        ----------
        augmentations : list of Augmentation
            All get the same random draws.
        images, unlabeled : uint8 tensors of shape (n, C, H, W)
            At most 256 of each are used.

        Returns
        -------
        losses : list of float
        """
        encoder = self.network.encoder
        parameters = dict(encoder.named_parameters())
        rows = [
            torch.randperm(n, generator=self.generator)[:EVALUATED]
            for n in map(len, (images, unlabeled))
        ]
        images, unlabeled = _take(images, rows[0]), _take(unlabeled, rows[1])
        state = self.generator.get_state()
        losses = []
        for augmentation in augmentations:
            augmented = augmentation(images, self.generator.set_state(state))
            Z = embed_with(encoder, parameters, images, augmented, unlabeled)
            losses.append(VALIDATION_LOSSES[self.plan.validation_loss](*Z).item())
        return losses

    def _batches(self, images, unlabeled):
        """Yield lists of training batches, and one unlabelled batch each."""
        plan = self.plan
        rows = list(batches(len(images), plan, self.generator))
        others = list(batches(len(unlabeled), plan, self.generator))
        for i in range(0, plan.steps, plan.updates):
            chosen = [_take(images, r) for r in rows[i : i + plan.updates]]
            yield chosen, _take(unlabeled, others[i])

    def _iterate(self, chosen, others):
        """Update the network, look ahead, update both; return both losses."""
        bound = self.hyperparameters.bind()
        loss = self.make_loss(bound)
        for batch in chosen[:-1]:
            self._descend(loss, batch)
        step = look_ahead_and_validate(
            self.network, bound, loss, chosen[-1], others, self.plan, self.generator
        )
        self._optimizer.zero_grad()
        self.hyperparameters.pull_back(step.hypergradients)
        self._optimizer.step()
        _assign(self.network, step.parameters)
        return {"loss": step.training, "validation_loss": step.validation}

    def _descend(self, loss, batch):
        terms = loss(self.network, batch, self.generator)
        parameters, _ = lookahead(
            self.network, sum(terms.values()), self.plan.network_lr
        )
        _assign(self.network, parameters)


class Keeper:
    """Remembers the best network and hyperparameters of a run.

    Parameters
    ----------
    network : torch.nn.Module
    hyperparameters : Hyperparameters
    patience : int
        Iterations without a better sum before the keeper is exhausted.
    """

    def __init__(self, network, hyperparameters, patience):
        self._network = network
        self._hyperparameters = hyperparameters
        self._patience = patience
        self._training, self._validation = _Smoothed(), _Smoothed()
        self._seen, self._best_at, self._best = 0, 0, float("inf")
        self._state = self._free = None

    @property
    def is_exhausted(self):
        """Say whether the sum has not fallen for `patience` iterations."""
        return self._seen - self._best_at >= self._patience

    def see(self, training, validation):
        """Take note of the losses of one iteration."""
        self._seen += 1
        self._training.add(training)
        self._validation.add(validation)
        if self._seen < WINDOW:
            self._best_at = self._seen
            return
        total = self._training.value + self._validation.value
        if self._seen == WINDOW or total < self._best:
            self._keep(total)

    def restore(self):
        """Bring network and hyperparameters back to the best; in the wait, the last."""
        if self._state is None:
            return
        self._network.load_state_dict(self._state)
        for name, value in self._free.items():
            self._hyperparameters.free[name].data.copy_(value)

    def _keep(self, total):
        self._best, self._best_at = total, self._seen
        self._state = copy.deepcopy(self._network.state_dict())
        self._free = {
            name: value.detach().clone()
            for name, value in self._hyperparameters.free.items()
        }


class _Smoothed:
    """An exponential mean, corrected for starting at zero."""

    def __init__(self):
        self._sum = self._weight = 0.0

    @property
    def value(self):
        return self._sum / self._weight

    def add(self, value):
        self._sum = SMOOTHING * self._sum + (1 - SMOOTHING) * value
        self._weight = SMOOTHING * self._weight + (1 - SMOOTHING)


def _take(images, rows):
    return images[rows.to(images.device)].float() / 255


@torch.no_grad()
def _assign(network, parameters):
    for name, parameter in network.named_parameters():
        parameter.copy_(parameters[name])


@contextmanager
def _no_tf32():
    # TF32 rounds as much as the difference quotient moves the parameters.
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def _check_finite(values):
    if not all(abs(value) < float("inf") for value in values.values()):
        raise FloatingPointError(
            f"A loss or a hyperparameter is not finite: {values}. Try a smaller "
            "network_lr or hyperparameter_lr."
        )

"""The loop of ST-SSAD: network and hyperparameters are updated in turn.

Source: J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
detection", 2023, Algorithm 1 and appendix C.1.
"""

import time
from contextlib import contextmanager

import torch

from pyod_ssad.self_tuning.keeper import Keeper
from pyod_ssad.self_tuning.lookahead import (
    embed_with,
    look_ahead_and_validate,
    lookahead,
)
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES
from pyod_ssad.training import batches

EVALUATED = 256
# Adam's usual 1e-8 would turn the faintest gradient into a full step, so that
# hyperparameters which matter little, or are right already, would drift away.
CALM = 0.1


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
    look_ahead : callable, optional (default=look_ahead_and_validate)
        What takes a step and differentiates through it, with the arguments of
        `look_ahead_and_validate`.
    """

    def __init__(
        self,
        network,
        hyperparameters,
        make_loss,
        plan,
        generator,
        look_ahead=look_ahead_and_validate,
    ):
        self.network = network
        self.hyperparameters = hyperparameters
        self.make_loss = make_loss
        self.plan = plan
        self.generator = generator
        self.look_ahead = look_ahead
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
                step = self._step(batch, others)
            losses = {"loss": step.training, "validation_loss": step.validation}
            _check_finite({**row, **losses})
            rows.append({**row, **losses, "seconds": time.perf_counter() - start})
            # Before the hyperparameters move: the losses are those of the old ones.
            keeper.see(step.training, step.validation)
            if keeper.is_exhausted:
                break
            self._update_hyperparameters(step.hypergradients)
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

    def _step(self, chosen, others):
        """Update the network, the last time by looking ahead; return that step."""
        bound = self.hyperparameters.bind()
        loss = self.make_loss(bound)
        for batch in chosen[:-1]:
            self._descend(loss, batch)
        step = self.look_ahead(
            self.network, bound, loss, chosen[-1], others, self.plan, self.generator
        )
        _assign(self.network, step.parameters)
        return step

    def _update_hyperparameters(self, hypergradients):
        self._optimizer.zero_grad()
        self.hyperparameters.pull_back(hypergradients)
        self._optimizer.step()

    def _descend(self, loss, batch):
        terms = loss(self.network, batch, self.generator)
        parameters, _ = lookahead(
            self.network, sum(terms.values()), self.plan.network_lr
        )
        _assign(self.network, parameters)


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

"""The training loop: device, precision, schedule, progress and history."""

import time
from dataclasses import dataclass

import torch
from tqdm.auto import tqdm

HISTORY_ROWS = 20
PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True)
class TrainingPlan:
    """How to train, without what to train.

    Parameters
    ----------
    steps : int
        Gradient updates.
    batch_size : int
        Source images an update.
    optimizer : {"adamw", "sgd"}
        AdamW with a one-cycle schedule, or SGD with momentum 0.9 and cosine decay.
    lr : float
        The largest learning rate of the schedule.
    precision : {"auto", "float32", "bfloat16"}
        bfloat16 means autocast; "auto" takes it where the device is fast at it.
    device : torch.device
    seed : int
        Of weights, batches and augmentations.
    verbose : {0, 1, 2}
        Silent, a progress bar, or a line for every row of the history.
    """

    steps: int
    batch_size: int
    optimizer: str
    lr: float
    precision: str
    device: torch.device
    seed: int
    verbose: int = 0


def train(network, loss_function, images, plan):
    """Train a network in place.

    Parameters
    ----------
    network : torch.nn.Module
        On the plan's device, and left there in eval mode.
    loss_function : callable (forward, images, generator) -> dict of str to tensor
        Named terms, which are added. `forward` is the network in the plan's
        precision, with float32 outputs; `images` is a float batch in [0, 1].
    images : uint8 tensor of shape (n, C, H, W)
        The training images, on the plan's device.
    plan : TrainingPlan

    Returns
    -------
    history : list of dict
        About twenty rows: ``step``, the mean of each term since the last row,
        ``lr``, and ``seconds`` since the start.

    Raises
    ------
    FloatingPointError
        If the loss is no longer finite.
    """
    optimizer, schedule = make_optimizer(network.parameters(), plan)
    generator = torch.Generator().manual_seed(plan.seed)
    recorder = _Recorder(plan)
    network.train()

    def forward(inputs):
        with autocast(plan.device, plan.precision):
            return network(inputs).float()

    for rows in batches(len(images), plan, generator):
        batch = images[rows.to(images.device)].float() / 255
        terms = loss_function(forward, batch, generator)
        update(sum(terms.values()), optimizer)
        recorder.add(terms, schedule.get_last_lr()[0])
        schedule.step()
    recorder.close()
    network.eval()
    return recorder.rows


def update(loss, optimizer):
    """Make one gradient update."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def batches(n_images, plan, generator):
    """Yield ``plan.steps`` index tensors of ``plan.batch_size``.

    Images come in random order, every one once before any comes again; a batch
    larger than the data set holds images more than once.
    """
    waiting = torch.empty(0, dtype=torch.long)
    for _ in range(plan.steps):
        while len(waiting) < plan.batch_size:
            order = torch.randperm(n_images, generator=generator)
            waiting = torch.cat([waiting, order])
        yield waiting[: plan.batch_size]
        waiting = waiting[plan.batch_size :]


def make_optimizer(parameters, plan):
    """Return the optimizer and the learning-rate schedule of a plan.

    Raises
    ------
    ValueError
        If the optimizer's name is unknown.
    """
    steps = max(plan.steps, 1)
    if plan.optimizer == "adamw":
        optimizer = torch.optim.AdamW(parameters, lr=plan.lr, weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=plan.lr, total_steps=steps + 1
        )
    elif plan.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            parameters, lr=plan.lr, momentum=0.9, weight_decay=3e-5
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    else:
        raise ValueError(f"optimizer must be 'adamw' or 'sgd', got {plan.optimizer!r}.")
    return optimizer, schedule


def resolve_device(device):
    """Return a `torch.device`; "auto" takes CUDA where there is one.

    Raises
    ------
    ValueError
        If the device does not exist here.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        resolved = torch.device(device)
        torch.empty(0, device=resolved)
    except (RuntimeError, TypeError, AssertionError) as error:
        raise ValueError(
            f"device={device!r} cannot be used here ({error}). Use 'cpu' or 'auto'."
        ) from error
    return resolved


def autocast(device, precision):
    """Return the autocast context of a precision on a device."""
    enabled = precision == "bfloat16" or (
        precision == "auto" and has_fast_bfloat16(device)
    )
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled)


def has_fast_bfloat16(device):
    """Say whether a device multiplies bfloat16 faster than float32."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type == "cpu":
        return _cpu_has("amx_tile") or _cpu_has("avx512_bf16")
    return False


def _cpu_has(feature):
    if hasattr(torch.cpu, "get_capabilities"):
        return bool(torch.cpu.get_capabilities().get(feature, False))
    probe = getattr(torch.cpu, f"_is_{feature}_supported", None)
    return bool(probe and probe())


class _Recorder:
    """Collects the history and shows progress, without syncing at every step."""

    def __init__(self, plan):
        self.rows = []
        self._plan = plan
        self._every = max(1, plan.steps // HISTORY_ROWS)
        self._start = time.perf_counter()
        self._bar = tqdm(total=plan.steps, desc="training", disable=plan.verbose != 1)
        self._sums, self._count, self._step = {}, 0, 0

    def add(self, terms, lr):
        for name, value in terms.items():
            self._sums[name] = self._sums.get(name, 0) + value.detach().float()
        self._count += 1
        self._step += 1
        self._bar.update()
        if self._step % self._every == 0 or self._step == self._plan.steps:
            self._write_row(lr)

    def close(self):
        self._bar.close()

    def _write_row(self, lr):
        means = {name: float(v) / self._count for name, v in self._sums.items()}
        self._sums, self._count = {}, 0
        if not all(abs(mean) < float("inf") for mean in means.values()):
            raise FloatingPointError(
                f"The loss is not finite at step {self._step}: {means}. "
                "Try a smaller lr, or precision='float32'."
            )
        seconds = time.perf_counter() - self._start
        row = {"step": self._step, **means, "lr": lr, "seconds": seconds}
        self.rows.append(row)
        if self._plan.verbose == 2:
            print(_as_line(row))


def _as_line(row):
    return "  ".join(
        f"{key} {value}" if isinstance(value, int) else f"{key} {value:.4g}"
        for key, value in row.items()
    )

"""What training records and shows."""

import time

from tqdm.auto import tqdm

HISTORY_ROWS = 20


class Recorder:
    """Collects the history and shows progress, without syncing at every step."""

    def __init__(self, plan):
        self.rows = []
        self._plan = plan
        self._every = max(1, plan.steps // HISTORY_ROWS)
        self._start = time.perf_counter()
        self._bar = tqdm(total=plan.steps, desc="training", disable=plan.verbose != 1)
        self._sums, self._count, self._step = {}, 0, 0

    def add(self, terms, lr):
        """Take note of the terms of one step."""
        for name, value in terms.items():
            self._sums[name] = self._sums.get(name, 0) + value.detach().float()
        self._count += 1
        self._step += 1
        self._bar.update()
        if self._step % self._every == 0 or self._step == self._plan.steps:
            self._write_row(lr)

    def close(self):
        """End the progress bar."""
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

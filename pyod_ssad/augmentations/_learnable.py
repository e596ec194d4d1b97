"""What a learnable augmentation is: named hyperparameters with smooth bounds."""

import copy
import math

import torch

from pyod_ssad.augmentations.base import (
    Augmentation,
    check_range,
    log_uniform,
    uniform,
)


class Bounds:
    """An interval, and a free coordinate that covers it smoothly.

    Gradient descent moves the free coordinate, which may be any number; the value
    stays inside the interval. A unit of the free coordinate is a quarter of the
    interval in its middle, for every kind of bounds, so that one step size suits
    hyperparameters of different units.

    Parameters
    ----------
    low, high : float
        The ends, which the value comes near but does not reach.

    Notes
    -----
    ``value = low + (high - low) * sigmoid(free)``.
    """

    def __init__(self, low, high):
        self.low = low
        self.high = high

    @property
    def limits(self):
        """Return the smallest and the largest value that may be asked for."""
        return self.low, self.high

    def to_value(self, free):
        """Return the value of a free coordinate, a tensor."""
        return self.low + (self.high - self.low) * torch.sigmoid(free)

    def to_free(self, value):
        """Return the free coordinate, a float, of a value strictly inside."""
        share = (value - self.low) / (self.high - self.low)
        return math.log(share / (1 - share))

    def draw(self, n, low, high, generator):
        """Draw n values between two values, uniformly."""
        return uniform(n, low, high, generator)

    def spread(self, n):
        """Return n evenly spaced values with the ends; the middle for n = 1."""
        if n == 1:
            return [(self.low + self.high) / 2]
        step = (self.high - self.low) / (n - 1)
        return [self.low + step * i for i in range(n)]


class LogBounds(Bounds):
    """Bounds of a positive value whose logarithm matters.

    Parameters
    ----------
    low, high : float
        The positive ends.

    Notes
    -----
    ``log(value) = log(low) + log(high / low) * sigmoid(free)``.
    """

    def __init__(self, low, high):
        super().__init__(low, high)
        self._log = Bounds(math.log(low), math.log(high))

    def to_value(self, free):
        """Return the value of a free coordinate, a tensor."""
        return self._log.to_value(free).exp()

    def to_free(self, value):
        """Return the free coordinate, a float, of a value strictly inside."""
        return self._log.to_free(math.log(value))

    def draw(self, n, low, high, generator):
        """Draw n values between two values, log-uniformly."""
        return log_uniform(n, low, high, generator)

    def spread(self, n):
        """Return n geometrically spaced values with the ends."""
        return [math.exp(value) for value in self._log.spread(n)]


class Periodic(Bounds):
    """An angle in degrees that comes back to itself after a period.

    Parameters
    ----------
    period : float
        The value stays within ``[0, period)``; asked for, it may be any within one
        full turn either way.

    Notes
    -----
    ``value = period * free / 4`` modulo the period: no bound is ever met.
    """

    def __init__(self, period):
        super().__init__(0.0, period)

    @property
    def limits(self):
        """Return the smallest and the largest value that may be asked for."""
        return -360.0, 360.0

    def to_value(self, free):
        """Return the value of a free coordinate, a tensor."""
        return torch.remainder(self.high * free / 4, self.high)

    def to_free(self, value):
        """Return the free coordinate, a float, of any value."""
        return 4 * value / self.high

    def spread(self, n):
        """Return the middles of n equal parts of the period."""
        return [self.high * (i + 0.5) / n for i in range(n)]


class LearnableAugmentation(Augmentation):
    """An augmentation that is differentiable in its hyperparameters.

    A subclass names them in `hyperparameters`, stores the range of each under its
    name (`_set_ranges` does), and writes `starts`, `apply`, and `_draw` for what is
    random but not learned, such as places.

    A draw holds both: the hyperparameters, one value an image, and the rest. So
    `apply` does not know whether a value was drawn from a range, is being learned
    (`BoundAugmentation`), or was learned before (`fixed_at`).

    Attributes
    ----------
    hyperparameters : dict of str to Bounds
        What can be learned, and within what bounds.
    """

    hyperparameters = {}

    def starts(self, n, side):
        """Return n dicts of hyperparameters to start learning from.

        Parameters
        ----------
        n : int
        side : int
            Of the images, in pixels: no start should be too small to be seen.
        """
        raise NotImplementedError

    def sample(self, shape, generator=None):
        """Draw hyperparameters from their ranges, and the rest."""
        drawn = {
            name: bounds.draw(shape[0], *getattr(self, name), generator)
            for name, bounds in self.hyperparameters.items()
        }
        return {**drawn, **self._draw(shape, generator)}

    def fixed_at(self, values):
        """Return a copy with every hyperparameter fixed at a value.

        Parameters
        ----------
        values : dict of str to float
            A value for each hyperparameter.
        """
        fixed = copy.deepcopy(self)
        fixed._set_ranges(**values)
        return fixed

    def _draw(self, shape, generator):
        """Draw what is random but not learned."""
        return {}

    def _set_ranges(self, **ranges):
        for name, value in ranges.items():
            limits = self.hyperparameters[name].limits
            setattr(self, name, check_range(name, value, *limits))


class BoundAugmentation(Augmentation):
    """A learnable augmentation at hyperparameters that carry gradients.

    Parameters
    ----------
    augmentation : LearnableAugmentation
        What is applied.
    values : dict of str to tensor of shape ()
        A value for each hyperparameter, the same for all images of a batch.
    """

    def __init__(self, augmentation, values):
        super().__init__()
        self.augmentation = augmentation
        self.values = values

    def sample(self, shape, generator=None):
        """Draw what is random; the hyperparameters are the given ones."""
        drawn = self.augmentation.sample(shape, generator)
        bound = {name: value.expand(shape[0]) for name, value in self.values.items()}
        return {**drawn, **bound}

    def apply(self, images, parameters):
        """Apply the augmentation, differentiably in the values."""
        return self.augmentation.apply(images, parameters)

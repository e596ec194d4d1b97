"""The one shape in which every data set of this package arrives."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pyod_ssad.datasets.resizing import are_gray, resize_images, resize_masks

GOOD = "good"


@dataclass(frozen=True, eq=False, repr=False)
class AnomalyDataset:
    """Normal images to learn from, and labelled images to evaluate on.

    Parameters
    ----------
    name : str
        What to call the data in tables.
    X_train : ndarray of uint8 or list of path
        Normal images only: `(n, H, W)`, `(n, H, W, 3)`, or image files.
    X_test : ndarray of uint8 or list of path
        Normal and anomalous images, in the same form.
    kind_test : array-like of str, shape (n_test,)
        The kind of each test image, "good" for a normal one.
    masks_test : ndarray of bool, shape (n_test, H, W), or list, default=None
        Where the test images are anomalous. A list holds paths, and None for an image
        without a mask file.

    Attributes
    ----------
    y_test : ndarray of int, shape (n_test,)
        1 for an anomalous test image, 0 for a normal one. For evaluation only:
        training, tuning and selection must never see it. The same holds for
        `kind_test` and `masks_test`.
    kinds : tuple of str
        The kinds of anomaly in the test set, sorted.
    """

    name: str
    X_train: np.ndarray | list[Path]
    X_test: np.ndarray | list[Path]
    kind_test: np.ndarray
    masks_test: np.ndarray | list[Path | None] | None = None

    def __post_init__(self):
        """Check that everything about the test images has one entry an image."""
        object.__setattr__(self, "kind_test", np.asarray(self.kind_test, dtype=str))
        for field in ("kind_test", "masks_test"):
            value = getattr(self, field)
            if value is not None and len(value) != len(self.X_test):
                raise ValueError(
                    f"{field} has {len(value)} entries, X_test {len(self.X_test)}: "
                    "pass one for every test image."
                )

    @property
    def y_test(self):
        """1 for an anomalous test image, 0 for a normal one; for evaluation only."""
        return (self.kind_test != GOOD).astype(int)

    @property
    def kinds(self):
        """The kinds of anomaly in the test set, sorted."""
        return tuple(sorted(set(self.kind_test.tolist()) - {GOOD}))

    def task(self, kind):
        """Keep all normal images and a single kind of anomaly.

        Parameters
        ----------
        kind : str
            One of `kinds`.

        Returns
        -------
        AnomalyDataset
            Named "name/kind".

        Raises
        ------
        ValueError
            If the test set has no such kind of anomaly.
        """
        if kind not in self.kinds:
            raise ValueError(
                f"{self.name} has no anomalies of kind {kind!r}: "
                f"choose from {', '.join(self.kinds) or 'none at all'}."
            )
        keep = np.flatnonzero(np.isin(self.kind_test, (GOOD, kind)))
        return replace(
            self,
            name=f"{self.name}/{kind}",
            X_test=_take(self.X_test, keep),
            kind_test=self.kind_test[keep],
            masks_test=_take(self.masks_test, keep),
        )

    def resized(self, size, grayscale=None):
        """Decode image files and bring everything to one square size.

        Images are antialiased; other proportions than 1:1 are squeezed. 16-bit files
        keep their upper 8 bits, and transparent pixels are black. A mask's pixel is
        set when any part of it was covered, so that small defects do not vanish.

        Parameters
        ----------
        size : int
            Side of the results in pixels.
        grayscale : bool, default=None
            True gives one channel, `(n, size, size)`; False three,
            `(n, size, size, 3)`; None one only if all images have one.

        Returns
        -------
        AnomalyDataset
            With arrays only. Its `masks_test` is None when an anomalous image has no
            mask, since an unknown mask is not an empty one.

        Raises
        ------
        ValueError
            If a file cannot be decoded, or has 16-bit levels that are all below 4096;
            the message names it.

        Warns
        -----
        UserWarning
            If some anomalous images have masks and others do not.
        """
        if grayscale is None:
            grayscale = are_gray(self.X_train) and are_gray(self.X_test)
        return replace(
            self,
            X_train=resize_images(self.X_train, size, grayscale=grayscale),
            X_test=resize_images(self.X_test, size, grayscale=grayscale),
            masks_test=self._resized_masks(size),
        )

    def _resized_masks(self, size):
        if self.masks_test is None:
            return None
        anomalies = np.flatnonzero(self.y_test)
        missing = [i for i in anomalies if self.masks_test[i] is None]
        if missing:
            warnings.warn(
                f"{len(missing)} of {len(anomalies)} anomalous images of {self.name} "
                f"have no mask (the first: {self.X_test[missing[0]]}), so masks_test "
                "is None: add them, or choose kinds that have masks with task(kind).",
                stacklevel=3,
            )
            return None
        return resize_masks(self.masks_test, size)

    def __repr__(self):
        """Show the counts, not the pixels."""
        counts = ", ".join(
            f"{kind} {np.sum(self.kind_test == kind)}" for kind in (GOOD, *self.kinds)
        )
        return (
            f"AnomalyDataset({self.name!r}, train {len(self.X_train)}, test: {counts})"
        )


def _take(items, index):
    if items is None or isinstance(items, np.ndarray):
        return items if items is None else items[index]
    return [items[i] for i in index]

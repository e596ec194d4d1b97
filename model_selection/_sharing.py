"""Data that several detectors see alike, preprocessed once for all of them."""


class SharedData:
    """Data as each detector of a group wants them, each form made once.

    A detector that has ``preprocess(X)`` and a hashable attribute ``preprocessing``
    gets ``preprocess(X)``: detectors with equal ``preprocessing`` see the same data.
    Any other detector gets the data untouched.

    Parameters
    ----------
    X : array-like or sequence
        Data, in whatever form the detectors take.
    """

    def __init__(self, X):
        self._X = X
        self._made = {}

    def for_detector(self, detector):
        """Return the data to fit, score or embed with this detector."""
        if not _shares(detector):
            return self._X
        key = _hashable(detector)
        if key not in self._made:
            self._made[key] = detector.preprocess(self._X)
        return self._made[key]

    def keep(self, detector, seen):
        """Remember what a detector was fitted on, which may have changed what it sees.

        A model of grey files reads one channel, which it does not know before.
        """
        if _shares(detector):
            self._made.setdefault(_hashable(detector), seen)

    def as_seen_by(self, detector):
        """Return the data as they are after the preprocessing that a detector has."""
        if _shares(detector) or not hasattr(detector, "preprocess"):
            return self.for_detector(detector)
        return detector.preprocess(self._X)


class Group(dict):
    """Detectors by name that keep the data which they share.

    It is an ordinary dict for criteria that know nothing of it.
    """

    def __init__(self, detectors):
        super().__init__(detectors)
        self._known = []

    def share(self, X):
        """Return the shared data of these very data, the same at each call."""
        for known, shared in self._known:
            if known is X:
                return shared
        self._known.append((X, SharedData(X)))
        return self._known[-1][1]


def share(detectors, X):
    """Return the shared data of a group, kept if the group keeps them."""
    return detectors.share(X) if isinstance(detectors, Group) else SharedData(X)


def _shares(detector):
    """Say whether a detector tells which others see the same data."""
    return hasattr(detector, "preprocess") and (
        getattr(detector, "preprocessing", None) is not None
    )


def _hashable(detector):
    """Return what tells a detector's preprocessing from others, or say it cannot."""
    key = detector.preprocessing
    try:
        hash(key)
    except TypeError:
        raise TypeError(
            f"preprocessing of {type(detector).__name__} must be hashable, so that it "
            f"can be compared with others, got {key!r}; make it a tuple of plain values"
        ) from None
    return key

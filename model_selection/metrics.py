"""How well anomaly maps show where anomalies are: metrics on labelled pixels.

These need masks, and are for reports: no criterion and no selector uses them.
"""

import numpy as np
from scipy import integrate, ndimage
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)
MASK_VALUES = (0, 1, 255)


def pixel_auroc(masks, maps):
    """Return the area under the ROC curve of all pixels.

    Parameters
    ----------
    masks : array-like of shape (n, H, W), or sequence of arrays (H, W)
        True, 1 or 255 where anomalous; all zero for a normal image. Images may have
        different sizes. An anomalous image whose mask is unknown has to be left out:
        an empty mask says that all its pixels are normal.
    maps : array-like of shape (n, H, W), or sequence of arrays (H, W)
        Anomaly maps of the same images, larger where more anomalous.

    Returns
    -------
    float
        In [0, 1]; 0.5 for a map that knows nothing.

    Raises
    ------
    ValueError
        If masks and maps do not match, if values are not as wanted, or if no pixel is
        anomalous or none is normal.

    Notes
    -----
    Most pixels are normal, and large anomalies have most of the others: beside this
    one, look at `per_region_overlap` and `pixel_average_precision`.

    Examples
    --------
    >>> pixel_auroc([[[0, 0], [0, 1]]], [[[0.1, 0.2], [0.3, 0.9]]])
    1.0
    """
    is_anomalous, scores, _ = _pixels(masks, maps)
    return float(roc_auc_score(is_anomalous, scores))


def pixel_average_precision(masks, maps):
    """Return the average precision of all pixels.

    Parameters
    ----------
    masks, maps
        As in `pixel_auroc`.

    Returns
    -------
    float
        In (0, 1]; about the share of anomalous pixels for a map that knows nothing.

    Raises
    ------
    ValueError
        As `pixel_auroc`.

    Notes
    -----
    :math:`\\sum_k (R_k - R_{k-1}) P_k` with recall R and precision P at the k-th
    threshold: see `sklearn.metrics.average_precision_score`.

    Examples
    --------
    >>> pixel_average_precision([[[0, 0], [0, 1]]], [[[0.1, 0.9], [0.3, 0.8]]])
    0.5
    """
    is_anomalous, scores, _ = _pixels(masks, maps)
    return float(average_precision_score(is_anomalous, scores))


def per_region_overlap(masks, maps, max_fpr=0.3):
    """Return the area under the per-region-overlap curve, up to a false positive rate.

    Parameters
    ----------
    masks, maps
        As in `pixel_auroc`.
    max_fpr : float in (0, 1], optional (default=0.3)
        Where the curve ends; 0.05 is the stricter choice.

    Returns
    -------
    float
        In [0, 1]: the area divided by `max_fpr`. A map that knows nothing has about
        ``max_fpr / 2``.

    Raises
    ------
    ValueError
        As `pixel_auroc`, and if `max_fpr` is out of range.

    Notes
    -----
    A region is a connected set of anomalous pixels of one image, diagonal neighbours
    included. At a threshold t, :math:`PRO(t)` is the mean over all regions of the share
    of their pixels with a value of at least t, and :math:`FPR(t)` the share of such
    pixels among the normal ones of all images. The curve of PRO against FPR, straight
    between thresholds, is integrated from 0 to `max_fpr` [1]_. All regions count alike,
    however large. It is a ROC curve with weights of one over a region's size.

    References
    ----------
    .. [1] P. Bergmann, M. Fauser, D. Sattlegger and C. Steger, "Uninformed students:
       Student-teacher anomaly detection with discriminative latent embeddings",
       CVPR 2020, Section 4.

    Examples
    --------
    >>> per_region_overlap([[[0, 0], [0, 1]]], [[[0.1, 0.2], [0.3, 0.9]]])
    1.0
    """
    if not 0 < max_fpr <= 1:
        raise ValueError(f"max_fpr must be in (0, 1], got {max_fpr!r}; 0.3 is usual.")
    is_anomalous, scores, weights = _pixels(masks, maps)
    fpr, pro, _ = roc_curve(is_anomalous, scores, sample_weight=weights)
    return float(_area_until(max_fpr, fpr, pro) / max_fpr)


def _area_until(end, x, y):
    """Return the area under a polygonal chain from x[0] to `end`."""
    inside = np.searchsorted(x, end, side="right")
    if inside < len(x):
        share = (end - x[inside - 1]) / (x[inside] - x[inside - 1])
        y_end = y[inside - 1] + share * (y[inside] - y[inside - 1])
        x, y = np.append(x[:inside], end), np.append(y[:inside], y_end)
    return integrate.trapezoid(y, x)


def _pixels(masks, maps):
    """Return labels, values and weights ``(pixels,)`` of all images.

    A normal pixel weighs 1, and an anomalous one 1 over the size of its region.
    """
    if len(masks) != len(maps) or not len(maps):
        raise ValueError(
            f"Got {len(masks)} mask(s) and {len(maps)} map(s); wanted one mask for "
            "each map, and at least one. A normal image has a mask of zeros."
        )
    masks = [_check_mask(mask, i) for i, mask in enumerate(masks)]
    maps = [_check_map(maps[i], i, mask.shape) for i, mask in enumerate(masks)]
    is_anomalous = np.concatenate([mask.ravel() for mask in masks])
    _require_both(is_anomalous)
    weights = np.concatenate([_weights(mask).ravel() for mask in masks])
    return is_anomalous, np.concatenate([values.ravel() for values in maps]), weights


def _check_mask(mask, i):
    mask = np.asarray(mask)
    if mask.ndim != 2 or not mask.size:
        raise ValueError(
            f"Mask {i} has the shape {mask.shape}; wanted (H, W). Take one channel, or "
            "put a single mask into a list."
        )
    if mask.dtype != bool and not np.isin(mask, MASK_VALUES).all():
        raise ValueError(
            f"Mask {i} holds values such as {mask[~np.isin(mask, MASK_VALUES)][0]!r}; "
            "wanted False and True, 0 and 1, or 0 and 255. Resize masks by their "
            "nearest neighbour, or pass mask > 0."
        )
    return mask != 0


def _check_map(values, i, shape):
    values = np.asarray(values)
    if values.shape != shape:
        raise ValueError(
            f"Map {i} has the shape {values.shape}, and its mask {shape}; wanted the "
            "same. Resize the mask to what the detector was given."
        )
    if not np.issubdtype(values.dtype, np.number) or not np.isfinite(values).all():
        raise ValueError(
            f"Map {i} of {values.dtype} holds NaN, infinity or no numbers; wanted "
            "finite ones. Look at the images of this map."
        )
    return values


def _require_both(is_anomalous):
    if is_anomalous.all() or not is_anomalous.any():
        raise ValueError(
            f"All {is_anomalous.size} pixels are "
            f"{'anomalous' if is_anomalous.all() else 'normal'}; wanted some of each, "
            "without which there is nothing to compare. Give more images, and look at "
            "how masks are read."
        )


def _weights(mask):
    regions, _ = ndimage.label(mask, EIGHT_NEIGHBOURS)
    sizes = np.bincount(regions.ravel())
    sizes[0] = 1
    return 1.0 / sizes[regions]

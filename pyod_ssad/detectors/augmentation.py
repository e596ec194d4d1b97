"""The detector that takes any augmentation."""

from dataclasses import dataclass

from pyod_ssad.augmentations import make_augmentation
from pyod_ssad.base import BaseSSAD


@dataclass(eq=False, repr=False)
class AugmentationSSAD(BaseSSAD):
    """Tell images from augmented images, then fit a density on the embeddings.

    Parameters
    ----------
    augmentation : str, Augmentation, transform or callable, \
    optional (default="cutpaste")
        What makes pseudo anomalies: a name of `pyod_ssad.augmentations.AUGMENTATIONS`;
        an object, which is copied; a transform of `torchvision.transforms.v2`, whose
        draws are made anew for every image; or a function ``(images, generator) ->
        images`` of float batches ``(n, C, H, W)`` in [0, 1], which draws from the
        given CPU `torch.Generator`. To be pickled, a function has to have a name in a
        module, which a lambda has not.
    contamination : float or pythresh object, optional (default=0.1)
        The expected share of anomalies in the training data, which sets
        `threshold_`; or an object that finds a threshold.
    image_size : int, optional (default=64)
        Images are resized to this height and width, in pixels.
    backbone : str or callable, optional (default="small_cnn")
        ``"small_cnn"``, the name of a torchvision classification model such as
        ``"resnet18"``, or a callable that takes no argument and returns a
        `torch.nn.Module`.
    weights : str, optional (default=None)
        For torchvision models: a torchvision weights name, or the path of a state
        dict.
    density : str or PyOD detector, optional (default="gaussian")
        The second stage: "gaussian", with Ledoit-Wolf shrinkage; "scaled_gaussian", of
        features that are brought to one scale before; "kde"; "ocsvm", with a radial
        kernel; "knn", the nearest neighbour by the angle; or a detector such as
        ``KNN()``, which is cloned.
    score_from : {"image", "map_top", "map_max"}, optional (default="image")
        What scores an image: `density`; or its anomaly map, the mean of the most
        anomalous percent of whose positions is taken, or the most anomalous one.
    calibration : {"cross_fit", "density"}, optional (default="cross_fit")
        How the scores of the training images, and with them `threshold_`, are made
        out of sample: by three more networks, each trained without a third of the
        images, which makes `fit` three times as long; or by folds of the density
        alone, which takes no time, and flags more new good images, the fewer the
        training images. See Notes.
    steps : int, optional (default=400)
        Gradient updates; 0 leaves the backbone as it is.
    batch_size : int, optional (default=32)
        Source images an update; the network sees as many augmented ones.
    optimizer : {"adamw", "sgd"}, optional (default="adamw")
        AdamW with a one-cycle schedule, or SGD with momentum and cosine decay.
    lr : float, optional (default=1e-3)
        The largest learning rate.
    jitter : float in [0, 0.5], optional (default=0.1)
        Strength of the colour jitter of the images before they are augmented, in
        training only.
    precision : {"auto", "float32", "bfloat16"}, optional (default="auto")
        Of training; "auto" is bfloat16 autocast on GPUs, and for large networks
        on processors that have it; float32 elsewhere. Scores are always computed in
        float32.
    device : str or torch.device, optional (default="cpu")
        "auto" takes CUDA where there is one.
    image_shape : tuple, optional (default=None)
        ``(H, W)`` or ``(H, W, C)`` of one image where `X` is 2-D.
    channels : {None, "first", "last"}, optional (default=None)
        Where the channels of 4-D images are; None finds out.
    random_state : int, RandomState or None, optional (default=None)
        Seed of weights, batches and augmentations.
    verbose : {0, 1, 2}, optional (default=0)
        Silent, a progress bar, or lines.

    Attributes
    ----------
    decision_scores_ : ndarray of shape (n,)
        Scores of the training images, out of sample: not those that
        ``decision_function`` gives to the same images.
    threshold_ : float
        Scores above it are anomalies.
    labels_ : ndarray of shape (n,)
        0 or 1 for each training image.
    network_ : PretextNetwork
        The trained network, on the CPU.
    augmentation_ : Augmentation
        What made the pseudo anomalies.
    density_ : object
        The fitted second stage.
    map_density_ : object or None
        The fitted density of patches; None for a table, or without a grid of features.
    history_ : list of dict
        About twenty rows: step, losses, learning rate, seconds.

    Notes
    -----
    A batch of B images and their B augmented copies is classified by a projection
    head with the mean softmax cross-entropy. The embeddings are the pooled features
    before the head, scaled to unit length; the density is fitted on those of the
    clean training images, in eval mode.

    A network scores images that it has learned from lower than new ones. So each third
    of the training images is scored by a network that has made as many passes over the
    other two, and by its density; in the units of the first network, which are the
    geometric mean of the scores that folds of its density give to its own training
    images. Share of 200 held-out good tiles above the threshold at a contamination of
    0.1, with scores in sample, by folds of the density alone, and cross-fitted (three
    detectors and seeds, ``python -m benchmark.thresholds``):

    ======  ============  ============  ============
    images  in sample     density       cross_fit
    ======  ============  ============  ============
    30      0.88 to 1.00  0.26 to 0.91  0.09 to 0.26
    60      0.97 to 1.00  0.24 to 0.73  0.11 to 0.13
    300     0.43 to 0.70  0.10 to 0.24  0.08 to 0.10
    ======  ============  ============  ============

    With other numbers of updates or fewer images it may be further off: `calibrate`
    with good images that were not trained on holds for any.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, Eq. 1 and 2.

    Examples
    --------
    >>> from pyod_ssad import AugmentationSSAD
    >>> from pyod_ssad.augmentations import CutPaste
    >>> from pyod_ssad.datasets import load_textures
    >>> data = load_textures("brick")
    >>> clf = AugmentationSSAD(CutPaste(patch_area=0.02), steps=5, random_state=0)
    >>> clf.fit(data.X_train).decision_function(data.X_test).ndim
    1
    """

    augmentation: object = "cutpaste"

    @classmethod
    def _test_params(cls):
        return {**super()._test_params(), "augmentation": "cutout"}

    def _make_augmentation(self):
        return make_augmentation(self.augmentation)

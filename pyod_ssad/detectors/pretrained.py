"""Features of a pretrained network, and a density."""

from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

from pyod_ssad.detectors._frozen import FrozenNetwork


@dataclass(eq=False, repr=False)
class PretrainedFeatures(FrozenNetwork):
    """Pool what layers of a pretrained network make of an image; fit a density.

    Nothing is trained: the baseline that every trained detector has to beat.

    Parameters
    ----------
    backbone : str or callable, optional (default="resnet18")
        The name of a torchvision classification model, or a callable that takes no
        argument and returns a `torch.nn.Module` with its weights.
    weights : str, optional (default="DEFAULT")
        For torchvision models: a torchvision weights name, which is downloaded unless
        it was before; or the path of a state dict; None is a random network. A
        callable brings its own.
    layers : "stages", list of str or None, optional (default="stages")
        Names of submodules whose outputs are pooled; "stages" finds the last one of
        each stage of a network; None takes the output of the network.
    pool : str, optional (default="log_std_max")
        Statistics over positions: "mean", "std", "mean_std", "max", "log_std_max" or
        "mean_log_std_max".
    image_size : int, optional (default=320)
    density : str or PyOD detector, optional (default="scaled_gaussian")
        As in `AugmentationSSAD`. Features are not scaled to unit length, and have
        scales of their own: "scaled_gaussian" brings them to one.
    **shared
        `contamination`, `device`, `image_shape`, `channels`, `random_state`,
        `verbose`: see `pyod_ssad.AugmentationSSAD`, as for the attributes, of which
        there are no ``augmentation_`` and ``history_``.

    Notes
    -----
    The network sees images in ImageNet's scale, as torchvision's networks want them;
    `pyod_ssad.backbones.trained_with_scale` is for those that want another.

    A vision transformer of another library goes in as a callable, such as
    ``functools.partial(torch.hub.load, repository, name)``; of the outputs of its
    blocks, the tokens of patches are pooled.

    The pooling and the size are defaults that were chosen with labels, on magnetic
    tiles, circuit boards, papers and cookies: they flatter this detector on those.

    Examples
    --------
    >>> from pyod_ssad import PretrainedFeatures
    >>> clf = PretrainedFeatures("resnet50", weights="resnet50.pth")
    >>> clf.fit("photos/good").predict("photos/new")  # doctest: +SKIP
    """

    layers: object = "stages"
    pool: str = "log_std_max"
    _: KW_ONLY
    image_size: int = 320
    density: object = "scaled_gaussian"

    _checks_that_do_not_fit = MappingProxyType(
        {"check_embeddings_are_of_unit_length": "Lengths of features tell something."}
    )

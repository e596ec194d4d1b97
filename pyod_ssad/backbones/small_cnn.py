"""The default backbone: small enough for a CPU."""

from torch import nn


class SmallCNN(nn.Sequential):
    """Four stages of a stride-2 and a plain 3 x 3 convolution, then global pooling.

    Parameters
    ----------
    widths : tuple of int, optional (default=(32, 64, 128, 256))
        Channels of the stages; the last is the number of features.
    """

    def __init__(self, widths=(32, 64, 128, 256)):
        stages, previous = [], 3
        for width in widths:
            stages += [_conv(previous, width, stride=2), _conv(width, width, stride=1)]
            previous = width
        super().__init__(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def _conv(n_in, n_out, stride):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(n_out),
        nn.ReLU(inplace=True),
    )

"""The trained network: an encoder and the head of its pretext task."""

from torch import nn


class PretextNetwork(nn.Module):
    """An encoder followed by a head that is used in training only.

    Parameters
    ----------
    encoder : torch.nn.Module
        Images in [0, 1] to features ``(n, d)``.
    head : torch.nn.Module
        Features to the outputs of the pretext task.
    """

    def __init__(self, encoder, head):
        super().__init__()
        self.encoder = encoder
        self.head = head

    def forward(self, images):
        """Return the outputs of the pretext task."""
        return self.head(self.encoder(images))


def projection_head(n_features, n_outputs, hidden=1, width=128):
    """Return a head: `hidden` layers of `n_features`, one of `width`, the outputs.

    Every layer but the last is linear, batch norm and ReLU.
    """
    widths = [n_features] * (hidden + 1) + [width]
    layers = []
    for n_in, n_out in zip(widths, widths[1:], strict=False):
        layers += [nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.Linear(width, n_outputs))

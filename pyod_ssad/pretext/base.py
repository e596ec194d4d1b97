"""What every pretext task is: a head, and a loss on a batch."""

from pyod_ssad.pretext.stage import Stage


class Pretext(Stage):
    """What a network learns without labels.

    A subclass writes `make_head` and `loss`. Pretexts that make pseudo anomalies hold
    their `Augmentation`; what they draw comes from the generator that they are handed.
    One that scores images itself, and not by the embeddings, also writes `represent`
    and `make_density`.
    """

    def make_head(self, n_features):
        """Return the head of the network, a `torch.nn.Module`.

        Parameters
        ----------
        n_features : int
            Of the encoder, whose output ``(n, n_features)`` the head gets.
        """
        raise NotImplementedError

    def loss(self, forward, images, generator):
        """Return the named terms of the loss on a batch, which training adds.

        Parameters
        ----------
        forward : callable
            The network, images ``(n, C, H, W)`` in [0, 1] to outputs of the head in
            float32.
        images : tensor of shape (n, C, H, W)
            A batch of training images in [0, 1], jittered.
        generator : torch.Generator
            A CPU generator.

        Returns
        -------
        terms : dict of str to tensor of shape ()
        """
        raise NotImplementedError

    def prepare(self, network, images):
        """Set what of the network depends on the images, before training.

        Parameters
        ----------
        network : PretextNetwork
            In train mode, on its device. Its buffers may be set here.
        images : uint8 tensor of shape (n, C, H, W)
            The training images, on the same device.
        """

    def represent(self, network, images):
        """Return what this pretext's own score is computed from.

        Parameters
        ----------
        network : PretextNetwork
            In eval mode.
        images : tensor of shape (n, C, H, W)
            In [0, 1], on the device of the network.

        Returns
        -------
        representation : tensor of shape (n, d)
            Row i depends on image i alone.
        """
        raise NotImplementedError

    def make_density(self):
        """Return the unfitted density that scores representations.

        It has ``fit(R)`` and ``decision_function(R)``, larger where more anomalous.
        """
        raise NotImplementedError

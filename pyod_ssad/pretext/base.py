"""What every pretext task is: a head, and a loss on a batch."""


class Pretext:
    """What a network learns without labels.

    A subclass writes both methods. Pretexts that make pseudo anomalies hold their
    `Augmentation`; what they draw comes from the generator that they are handed.
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

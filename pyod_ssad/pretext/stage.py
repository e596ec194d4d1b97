"""What every second stage is: a representation of images, and a density of it."""


class Stage:
    """What scores images once the network is there.

    A subclass writes `represent`, and has `make_density`, a method or an attribute:
    a callable that returns an unfitted density of what `represent` returns.
    """

    def observe(self, network, data, plan):
        """See the training images before `make_density` is called.

        Parameters
        ----------
        network : PretextNetwork
            On the CPU; the one that is to represent images.
        data : uint8 tensor of shape (n, C, H, W)
        plan : Plan
            Its device, and the seed of whatever is drawn.
        """

    def represent(self, network, images):
        """Return what the density sees of images in [0, 1], ``(n, ...)``."""
        raise NotImplementedError

"""What a detector needs that takes tables as well as images."""

from dataclasses import dataclass
from types import MappingProxyType

from pyod_ssad.base import BaseSSAD
from pyod_ssad.images.tables import Table
from pyod_ssad.pretext.embeddings import Features


@dataclass(eq=False, repr=False, kw_only=True)
class TakesTables(BaseSSAD):
    """A detector of images that, without `image_shape`, also takes tables.

    Attributes
    ----------
    n_features_in_ : int or None
        Columns of the table that it was fitted on; None after images.
    """

    _checks_that_do_not_fit = MappingProxyType(
        {"check_tags_say_what_is_taken": "Tables are taken without an image_shape."}
    )

    @property
    def _n_columns(self):
        return getattr(self, "n_features_in_", None)

    @property
    def _fitted_shape(self):
        if self._n_columns is None:
            return super()._fitted_shape
        return (self._n_columns,)

    def __sklearn_tags__(self):
        """Say that tables are taken."""
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags

    def _embed_stage(self, augmentation, make_density=None):
        # How far a row lies from the others is lost at unit length.
        if augmentation is None:
            return Features(make_density)
        return super()._embed_stage(augmentation, make_density)

    def _map_stage(self, augmentation, seed=None):
        return None if augmentation is None else super()._map_stage(augmentation, seed)

    def _suit(self, augmentation, data):
        """Return None for tables, whose transforms are in the network."""
        if data.ndim == 4:
            return augmentation
        if self.score_from != "image":
            raise ValueError(
                f"score_from={self.score_from!r} is of anomaly maps, got a table of "
                f"{data.shape[1]} columns, which has none. Leave score_from='image'."
            )
        return None

    def _describe(self, data):
        if data.ndim == 4:
            return {**super()._describe(data), "n_features_in_": None}
        columns = data.shape[1]
        return {"image_size_": None, "n_channels_": None, "n_features_in_": columns}

    def _check_new_images(self, X, n_channels=None):
        # Imported late: detectors do without the selection.
        from model_selection.pixels import is_table

        if self.image_shape is None and is_table(X):
            return Table(X)
        return super()._check_new_images(X, n_channels)

    def _check_images(self, X):
        if not hasattr(self, "network_"):
            return self._check_new_images(X)
        if self._n_columns is None:
            return super()._check_images(X)
        return Table(X, self._n_columns)

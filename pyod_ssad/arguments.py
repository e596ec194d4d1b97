"""Constructor calls with wrong arguments, answered in the name of the class called."""

import inspect
from difflib import get_close_matches
from types import MappingProxyType

_EPOCHS = "Pass steps, the gradient updates: steps = epochs * images / batch_size."
_WEIGHTS = "Pass weights='DEFAULT' for ImageNet weights of a torchvision backbone."

MENDS = MappingProxyType(
    {
        **dict.fromkeys(
            ("epoch", "epochs", "n_epochs", "num_epochs", "max_epochs", "epoch_num"),
            _EPOCHS,
        ),
        **dict.fromkeys(("n_iter", "max_iter", "num_steps"), "Pass it as steps."),
        **dict.fromkeys(("seed", "random_seed"), "Pass it as random_state."),
        **dict.fromkeys(("learning_rate", "eta"), "Pass it as lr."),
        **dict.fromkeys(("pretrained", "imagenet"), _WEIGHTS),
        **dict.fromkeys(("gpu", "cuda", "use_gpu"), "Pass device='cuda' or 'auto'."),
        **dict.fromkeys(("model", "network", "encoder"), "Pass it as backbone."),
        **dict.fromkeys(("size", "input_size", "resize"), "Pass it as image_size."),
    }
)
"""What users of other libraries write, and what to write here."""


class ConstructorSignature:
    """The signature of a class: that of ``__init__``, whatever ``__new__`` takes."""

    def __get__(self, instance, owner):
        """Return the parameters that a call of the class takes."""
        parameters = inspect.signature(owner.__init__).parameters.values()
        return inspect.Signature([p for p in parameters if p.name != "self"])


def check_call(cls, positional, named):
    """Raise if a constructor does not take what it is called with.

    Python's own message names the class that wrote ``__init__``, which is seldom the
    one that was called.

    Parameters
    ----------
    cls : type
        May have a ``_mend_argument(name)`` that returns what to write instead, or None.
    positional : tuple
    named : dict

    Raises
    ------
    TypeError
        Naming the class, the argument, and what was probably meant.
    """
    signature = ConstructorSignature().__get__(None, cls)
    for name in named:
        if name not in signature.parameters:
            mend = _mend(cls, name, list(signature.parameters))
            raise TypeError(f"{cls.__name__} takes no argument {name!r}. {mend}")
    try:
        signature.bind(*positional, **named)
    except TypeError as error:
        raise TypeError(
            f"{cls.__name__}: {error}; wanted {_short(signature)}, further arguments "
            "by name."
        ) from None


def _mend(cls, name, known):
    own = cls._mend_argument(name) if hasattr(cls, "_mend_argument") else None
    if own or name in MENDS:
        return own or MENDS[name]
    if close := get_close_matches(name, known, n=2):
        return f"Did you mean {' or '.join(close)}?"
    return f"Wanted are {', '.join(known)}."


def _short(signature):
    """Return the names of the positional parameters."""
    names = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.kind is not parameter.KEYWORD_ONLY
    ]
    return f"({', '.join(names)})"

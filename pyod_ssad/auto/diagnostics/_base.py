"""What a diagnostic is, and running all of them."""

from abc import ABC, abstractmethod

from model_selection._warning import warn_user


class DiagnosticWarning(UserWarning):
    """What `pyod_ssad.AutoSSAD` warns of; the message begins with the code."""


class Diagnostic(ABC):
    """Something about data or selection that a user should know.

    Attributes
    ----------
    code : str
        Such as ``"SSAD001"``, by which it is muted.
    """

    code: str

    @abstractmethod
    def find(self, facts):
        """Return what was found, what it means and the likely mend; "" if all is well.

        Parameters
        ----------
        facts : Facts

        Returns
        -------
        str
        """


def run_diagnostics(diagnostics, facts, mute=()):
    """Return what is found by code, and warn of each.

    Parameters
    ----------
    diagnostics : dict of str to type
        Classes by code.
    facts : Facts
    mute : sequence of str, optional (default=())
        Codes that are left out.

    Returns
    -------
    found : dict of str to str
    """
    kept = {code: cls for code, cls in diagnostics.items() if code not in mute}
    said = {code: cls().find(facts) for code, cls in kept.items()}
    found = {code: message for code, message in said.items() if message}
    for code, message in found.items():
        warn_user(f"{code}: {message}", category=DiagnosticWarning)
    return found

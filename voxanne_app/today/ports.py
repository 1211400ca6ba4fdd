"""What the first screen needs of the outside."""

from typing import Protocol


class SimulatorUnavailable(Exception):
    """The message is written for whoever pressed the button."""


class CallSimulator(Protocol):
    """Makes a pretended patient ring: there in the demo, absent in production."""

    def start_call(self, *, number: str, script: str) -> str:
        """Let a caller with this script ring the clinic's number; returns the vendor's call id at once.

        Raises SimulatorUnavailable.
        """
        ...

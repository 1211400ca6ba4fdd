"""What somebody asked for and cannot have, in a sentence for that person."""


class ClinicRefusal(Exception):
    """An expected no. The message says why, and what to do instead."""

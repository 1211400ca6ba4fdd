"""What somebody types into a search, as the database is asked for it."""

import re


def search_query(typed: str) -> str:
    """What somebody typed as a `tsquery`: every word must occur, the last one may go on.

    Digits are one number however it is written, so `(503) 555-01` finds `+15035550137`.
    """
    if re.fullmatch(r"[\d\s().+\-/]{3,}", typed.strip()):
        digits = re.sub(r"\D", "", typed)
        return f"{digits}:*" if digits else ""
    words = re.findall(r"\w+", typed.lower())[:8]
    return " & ".join([*words[:-1], *(f"{word}:*" for word in words[-1:])])

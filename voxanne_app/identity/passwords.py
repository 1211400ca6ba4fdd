"""Which passwords are let in here, and why not, in words."""

from collections.abc import Iterable

SHORTEST = 10
LONGEST_BYTES = 72  # what the provider's hash (bcrypt) looks at
_STRONG_ENOUGH = 3  # of 4: a hundred million guesses and more

HINT = f"At least {SHORTEST} characters. Three or four words that do not belong together are best."


def objection(password: str, *, about: Iterable[str] = ()) -> str | None:
    """Why it cannot be used, for whoever typed it; None when it can. `about`: their name, address, clinic."""
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters here. Add some, or a word."
    if len(password.encode()) > LONGEST_BYTES:
        return "That password is too long. Use 72 characters or fewer."
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its lists of leaked passwords take a moment to load

    judged = zxcvbn(password, user_inputs=["voxanne", *_words(about)])
    if judged["score"] >= _STRONG_ENOUGH:
        return None
    told = judged["feedback"]["warning"] or "That password is easy to guess."
    return f"{_ended(told)} Choose something nobody would try: words that do not belong together."


def _words(about: Iterable[str]) -> list[str]:
    """Whole, run together and in parts: people's names are in their addresses, and in many passwords."""
    words = []
    for told in about:
        parts = told.lower().replace("@", " ").replace(".", " ").split()
        words += [told.lower(), "".join(parts), *parts]
    return [word for word in words if len(word) > 2]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."

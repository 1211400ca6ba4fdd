"""How people and what they are appear on screen."""

_ROLES = {
    "owner": "Owner",
    "admin": "Administrator",
    "staff": "Front desk",
    "viewer": "Read only",
    "platform": "Operator",
}


def role_in_words(role: str) -> str:
    return _ROLES[role]


def display_name(full_name: str, email: str) -> str:
    """The name, or the address of somebody who has not given one."""
    return full_name.strip() or email


def initials(full_name: str, email: str) -> str:
    """One or two capitals for the round mark beside a name: of the first name and the last."""
    words = display_name(full_name, email).split()
    return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()

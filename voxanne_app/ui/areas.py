"""Two houses behind one door: clinics have every page, operators those under `/platform`. Only an operator on
a visit, which the clinic sees, has both.
"""

from posixpath import normpath

from voxanne_app.identity.admission import Operator, SignedIn

OPERATORS_ROUTE = "/platform"
# Where operators begin: the first of the screens in voxanne_app/ui/platform_layout.py.
OPERATORS_FIRST_PAGE = "/platform/organizations"


def is_operators(path: str) -> bool:
    """Whether a page, by its path or route, is the operators'; `/calls/../platform` is."""
    plain = "/" + normpath(path.lower()).strip("/")
    return plain == OPERATORS_ROUTE or plain.startswith(OPERATORS_ROUTE + "/")


def admits(who: SignedIn | Operator, path: str) -> bool:
    """Whether the page at `path` is for them. What it shows is asked for handler by handler besides."""
    if normpath(path) == OPERATORS_ROUTE:
        return False  # no screen of its own: it leads to the first one
    if isinstance(who, Operator):
        return is_operators(path) or who.visit is not None
    return not is_operators(path)


def first_page(who: SignedIn | Operator) -> str:
    return OPERATORS_FIRST_PAGE if isinstance(who, Operator) else "/"

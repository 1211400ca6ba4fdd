"""Where people may be sent after a link or an outside sign-in."""

from fnmatch import fnmatchcase
from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse

from voxanne_app.sandbox.supabase.errors import AuthError
from voxanne_app.sandbox.supabase.project import Project


def allowed_redirect(project: Project, wanted: str | None) -> str:
    """The wanted address if it is on the site or on the list, the site itself otherwise."""
    site = project.settings.site_url
    if not wanted:
        return site
    if urlsplit(wanted).netloc == urlsplit(site).netloc and urlsplit(wanted).scheme in ("http", "https"):
        return wanted
    return wanted if any(fnmatchcase(wanted, pattern) for pattern in project.settings.redirect_urls) else site


def back_with(
    address: str, query: dict[str, str], fragment: dict[str, str] | None = None
) -> RedirectResponse:
    """A redirect that carries parameters, in the fragment where no server shall see them."""
    if query:
        address += ("&" if urlsplit(address).query else "?") + urlencode(query)
    if fragment:
        address += "#" + urlencode(fragment)
    return RedirectResponse(address, status_code=303)


def back_with_error(address: str, error: AuthError) -> RedirectResponse:
    told = {"error": "access_denied", "error_code": error.code, "error_description": error.message}
    return back_with(address, told, told)

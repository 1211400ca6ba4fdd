"""The list of clinics in the address bar."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from voxanne_app.ui.address import Address, is_page, is_search

STATES = {"": "All", "active": "Open", "suspended": "Suspended"}
ORDERS = {"name": "By name", "newest": "Newest first"}
PAGE_SIZE = 25


@dataclass(frozen=True)
class OrganizationsAddress(Address):
    """The query of `/platform/organizations`."""

    ROUTE = "/platform/organizations"
    MEANT = MappingProxyType({"q": is_search, "state": STATES, "order": ORDERS, "page": is_page})

    q: str = ""
    state: str = ""
    order: str = "name"
    page: str = "1"

    def but(self, **changes: str) -> "OrganizationsAddress":
        """The same view with something else; a changed filter starts at its first page."""
        return replace(self, **{"page": "1"} | changes)

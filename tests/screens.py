"""A screen's state as a signed-in browser has it, without a browser: handlers run as Reflex runs them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from reflex.state import State

from tests.clinic_sign_in import AuthSandbox, signed_in_cookie
from tests.people import Person
from voxanne_app.ui import connections
from voxanne_app.ui.connections import Connection
from voxanne_app.ui.session import Screen

S = TypeVar("S", bound=Screen)


@contextmanager
def page_of(cookie: str, *, path: str = "/") -> Iterator[tuple[Any, Connection]]:
    """The state of one open page (its root), and the socket behind it. `path` may have a query."""
    with connections.opened(cookie) as connection:
        root = State(_reflex_internal_init=True)
        router_data = {
            "headers": {
                connections.HEADER: connection.name,
                "host": "clinic.test",
                "origin": "http://clinic.test",
            },
            "pathname": path.partition("?")[0],
            "asPath": path,
            "query": dict(pair.split("=", 1) for pair in path.partition("?")[2].split("&") if pair),
        }
        root.router_data = root._update_router_vars(router_data, {})
        yield root, connection


@asynccontextmanager
async def screen_of(
    state: type[S], person: Person, supabase: AuthSandbox, *, path: str = "/"
) -> AsyncIterator[S]:
    """`state` as `person` has it open, signed in for real."""
    with page_of(await signed_in_cookie(supabase, person), path=path) as (root, _):
        yield await root.get_state(state)

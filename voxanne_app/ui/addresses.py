"""Which app answers at an address: `/sign-in` to the letter, `/invitation/{token}` whatever the last part."""

from collections.abc import Iterator, Mapping

from starlette.types import ASGIApp


class Addresses(Mapping[str, ASGIApp]):
    def __init__(self, routes: Mapping[str, ASGIApp]) -> None:
        self._routes = dict(routes)
        self._below = {
            address.rpartition("/")[0]: app for address, app in routes.items() if address.endswith("}")
        }

    def __getitem__(self, path: str) -> ASGIApp:
        if path in self._routes:
            return self._routes[path]
        folder, _, last = path.rpartition("/")
        if not last:
            raise KeyError(path)
        return self._below[folder]

    def __iter__(self) -> Iterator[str]:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)

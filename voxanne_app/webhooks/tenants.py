"""Whose event is it? Only the vendor's names for an assistant or a number answer that, then.

Organization ids inside a vendor's metadata are somebody's text: nobody here reads them. Without an answer an
event belongs to nobody; there is no fall-back.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from voxanne_app.foundation.database import Claims, cursor

_TTL_SECONDS = 10.0  # how long a number that moves to another clinic may still be taken for the old one's
_MOST_KEPT = 50_000

Address = tuple[str, str, str]  # vendor, kind, value


@dataclass(frozen=True)
class Tenant:
    org_id: UUID
    agent_id: UUID | None
    time_zone: str
    is_suspended: bool = False


@dataclass(frozen=True)
class Owner:
    tenant: Tenant
    valid_from: datetime
    valid_until: datetime


_known: dict[Address, tuple[float, tuple[Owner, ...]]] = {}


def learn(addresses: Iterable[Address]) -> None:
    """Ask the database, in one query, about those whose owners are not known freshly."""
    now = time.monotonic()
    unknown = {address for address in addresses if _is_stale(address, now)}
    if not unknown:
        return
    found: dict[Address, list[Owner]] = {address: [] for address in unknown}
    with cursor(Claims.system()) as opened:
        opened.execute(
            "select vendor, kind, value, valid_from, valid_until, "
            "org_id, agent_id, time_zone, suspended_at is not null "
            "from vendor_addresses a join organizations o on o.id = a.org_id "
            "join unnest(%s::text[], %s::text[], %s::text[]) as asked (vendor, kind, value) "
            "using (vendor, kind, value)",
            [list(column) for column in zip(*unknown, strict=True)],
        )
        for vendor, kind, value, valid_from, valid_until, *tenant in opened:
            found[vendor, kind, value].append(Owner(Tenant(*tenant), valid_from, valid_until))
    if len(_known) > _MOST_KEPT:
        _known.clear()
    _known.update({address: (now + _TTL_SECONDS, tuple(owners)) for address, owners in found.items()})


def tenant_of(vendor: str, addresses: Sequence[tuple[str, str]], at: datetime) -> Tenant | None:
    """The one organization that the addresses lead to at that time; None when none does, or they disagree.

    What `learn` has not heard of leads nowhere.
    """
    tenants = [
        owner.tenant
        for kind, value in addresses
        for owner in _known.get((vendor, kind, value), (0.0, ()))[1]
        if owner.valid_from <= at < owner.valid_until
    ]
    if len({tenant.org_id for tenant in tenants}) != 1:
        return None
    return next((tenant for tenant in tenants if tenant.agent_id), tenants[0])


def find(vendor: str, addresses: Sequence[tuple[str, str]], at: datetime) -> Tenant | None:
    """`learn` and `tenant_of` for one event."""
    learn((vendor, kind, value) for kind, value in addresses)
    return tenant_of(vendor, addresses, at)


def forget() -> None:
    """Drop what is known, so that the next question reaches the database."""
    _known.clear()


def _is_stale(address: Address, now: float) -> bool:
    return _known.get(address, (0.0, ()))[0] <= now

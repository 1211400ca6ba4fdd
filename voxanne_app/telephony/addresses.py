"""The voice platform's names for a clinic's agents and numbers, and which number is answered by whom."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from voxanne_app.telephony.models import PhoneNumber

_NOW = "valid_from <= now() and valid_until > now()"
_ASSISTANT = text(
    f"select value from vendor_addresses where org_id = :org_id and agent_id = :agent_id "  # noqa: S608
    f"and vendor = 'vapi' and kind = 'assistant' and {_NOW} order by valid_from desc limit 1"
)
_EVERY_ASSISTANT = text(
    f"select org_id, agent_id from vendor_addresses where vendor = 'vapi' "  # noqa: S608
    f"and kind = 'assistant' and agent_id is not null and {_NOW} order by org_id, agent_id"
)
_LINES = text(
    f"select value from vendor_addresses where org_id = :org_id and agent_id = :agent_id "  # noqa: S608
    f"and vendor = 'vapi' and kind = 'phone_number' and {_NOW} order by value"
)
_CALL_FROM = text(
    f"select value from vendor_addresses where org_id = :org_id "  # noqa: S608
    f"and vendor = 'vapi' and kind = 'phone_number' and {_NOW} "
    "order by agent_id is distinct from :agent_id, valid_from, value limit 1"
)
_FORGET = text(
    "update vendor_addresses set valid_until = now() where org_id = :org_id and agent_id = :agent_id "
    "and vendor = 'vapi' and kind = 'assistant' and value <> :value and valid_until > now()"
)
_REMEMBER = text("""
    insert into vendor_addresses (org_id, agent_id, vendor, kind, value)
    values (:org_id, :agent_id, 'vapi', 'assistant', :value) on conflict do nothing
""")


@dataclass(frozen=True)
class AnsweredNumber:
    id: UUID
    number: str
    name: str
    pinned_version: int | None


def assistant_of(session: Session, *, org_id: UUID, agent_id: UUID) -> str | None:
    """The platform's name for the agent's copy there, as far as we know."""
    values = {"org_id": org_id, "agent_id": agent_id}
    return session.connection().execute(_ASSISTANT, values).scalar_one_or_none()


def remember_assistant(session: Session, value: str, *, org_id: UUID, agent_id: UUID) -> None:
    """From now on this one is the agent's; calls of an earlier one stay the clinic's."""
    values = {"org_id": org_id, "agent_id": agent_id, "value": value}
    session.connection().execute(_FORGET, values)
    session.connection().execute(_REMEMBER, values)


def lines_of(session: Session, *, org_id: UUID, agent_id: UUID) -> list[str]:
    """The platform's ids of the numbers that this agent answers."""
    values = {"org_id": org_id, "agent_id": agent_id}
    return list(session.connection().execute(_LINES, values).scalars())


def line_to_call_from(session: Session, *, org_id: UUID, agent_id: UUID | None) -> str | None:
    """The platform's id of a number of the clinic: one that this agent answers, else the oldest."""
    values = {"org_id": org_id, "agent_id": agent_id}
    return session.connection().execute(_CALL_FROM, values).scalar_one_or_none()


def agents_with_copies(session: Session) -> list[tuple[UUID, UUID]]:
    """(organization, agent) of the whole platform; only the platform itself may ask."""
    return [(row.org_id, row.agent_id) for row in session.connection().execute(_EVERY_ASSISTANT)]


def numbers_of(session: Session, *, org_id: UUID, agent_id: UUID) -> tuple[AnsweredNumber, ...]:
    answered = select(PhoneNumber).where(PhoneNumber.org_id == org_id, PhoneNumber.agent_id == agent_id)
    return tuple(
        AnsweredNumber(one.id, one.number, one.name, one.pinned_version)
        for one in session.exec(answered.order_by(col(PhoneNumber.created_at), PhoneNumber.number))
    )


def numbers_by_agent(session: Session, *, org_id: UUID) -> dict[UUID, list[str]]:
    """Agent → the numbers (E.164) that it answers."""
    answered: defaultdict[UUID, list[str]] = defaultdict(list)
    numbers = select(PhoneNumber).where(PhoneNumber.org_id == org_id)
    for one in session.exec(numbers.order_by(col(PhoneNumber.created_at), PhoneNumber.number)):
        if one.agent_id:
            answered[one.agent_id].append(one.number)
    return dict(answered)


def pin(session: Session, *, org_id: UUID, number_id: UUID, version: int | None) -> bool:
    """Let this version answer the number, None: whatever is published. False when there is no such number."""
    wanted = select(PhoneNumber).where(PhoneNumber.org_id == org_id, PhoneNumber.id == number_id)
    number = session.exec(wanted).one_or_none()
    if number is None or number.agent_id is None:
        return False
    number.pinned_version = version
    session.add(number)
    return True

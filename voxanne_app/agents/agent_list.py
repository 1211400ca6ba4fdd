"""The list of agents, as its screen shows it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

_LISTED = text("""
    select a.id, a.name, a.role, a.version, a.voice_id, a.language, a.drift is not null as has_drift,
      coalesce(bool_or(v.state = 'draft'), false) as has_draft,
      coalesce(bool_or(v.state = 'publishing'), false) as is_publishing,
      coalesce(bool_or(v.trouble <> ''), false) as has_trouble,
      max(v.published_at) as published_at,
      max(v.published_by_name) filter (where v.number = a.version) as published_by,
      max(v.configuration ->> 'name') filter (where v.state = 'draft') as draft_name
    from agents a left join agent_versions v on v.org_id = a.org_id and v.agent_id = a.id
      and (v.state <> 'published' or v.number = a.version)
    where a.org_id = :org_id and a.is_active
    group by a.id order by a.name, a.id limit :limit offset :offset
""")
_COUNT = text("select count(*) from agents where org_id = :org_id and is_active")


@dataclass(frozen=True)
class ListedAgent:
    id: UUID
    name: str
    role: str
    version: int
    voice_id: str
    language: str
    has_drift: bool
    has_draft: bool
    is_publishing: bool
    has_trouble: bool
    published_at: object
    published_by: str | None


def agents_page(
    session: Session, *, org_id: UUID, page: int, page_size: int
) -> tuple[tuple[ListedAgent, ...], int]:
    """One page, and how many there are in all. Pages count from 1."""
    values = {"org_id": org_id, "limit": page_size, "offset": (max(page, 1) - 1) * page_size}
    total = session.connection().execute(_COUNT, {"org_id": org_id}).scalar_one()
    rows = session.connection().execute(_LISTED, values).mappings()
    return tuple(_agent(dict(row)) for row in rows), total


def _agent(row: dict[str, object]) -> ListedAgent:
    draft_name = row.pop("draft_name")
    return ListedAgent(**row | {"name": row["name"] if row["version"] else draft_name or row["name"]})  # type: ignore[arg-type]

"""What somebody types into a search, as the database is asked for it."""

import re
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# The newest calls that are asked how frequent a word is, and how many of them must hold it.
_ASKED, _FREQUENT = 400, 16
_HOW_FREQUENT = text(f"""
    select count(*) from (
      select c.words @@ to_tsquery('simple', :words) as is_said from call_logs c where c.org_id = :org_id
      order by c.created_at desc limit {_ASKED}
    ) newest where is_said
""")  # noqa: S608 - made of constants


def search_query(typed: str) -> str:
    """What somebody typed as a `tsquery`: every word must occur, the last one may go on.

    Digits are one number however it is written, so `(503) 555-01` finds `+15035550137`.
    """
    if re.fullmatch(r"[\d\s().+\-/]{3,}", typed.strip()):
        digits = re.sub(r"\D", "", typed)
        return f"{digits}:*" if digits else ""
    words = re.findall(r"\w+", typed.lower())[:8]
    return " & ".join([*words[:-1], *(f"{word}:*" for word in words[-1:])])


def is_frequent(session: Session, query: str, *, org_id: UUID) -> bool:
    """Whether so many of the newest calls hold it that looking at one after the other finds a page of them
    sooner than fetching all of a clinic's calls with it, which is what the index of words is good for.
    """
    held = session.connection().execute(_HOW_FREQUENT, {"words": query, "org_id": org_id}).scalar_one()
    return int(held) >= _FREQUENT

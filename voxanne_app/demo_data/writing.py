"""Putting the demo's rows where they are not yet: everything keeps its id for good."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel

from voxanne_app.demo_data.clinics import DemoClinic, demo_id

Row = dict[str, Any]


def put(session: Session, table: type[SQLModel], rows: Sequence[Row]) -> None:
    """Insert what is not there yet. A booking whose time somebody took meanwhile is left out."""
    if rows:
        statement = insert(table).on_conflict_do_nothing()
        session.connection().execute(statement, list(rows))


def service_id(clinic: DemoClinic, name: str) -> UUID:
    return demo_id(clinic.slug, "service", name)


def practitioner_id(clinic: DemoClinic, name: str) -> UUID:
    return demo_id(clinic.slug, "practitioner", name)


def contact_id(clinic: DemoClinic, patient: str) -> UUID:
    return demo_id(clinic.slug, "contact", patient)

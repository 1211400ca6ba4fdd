"""Every table, for Alembic and the tests."""

from sqlmodel import SQLModel

metadata = SQLModel.metadata

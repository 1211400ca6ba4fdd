"""Probes of the walls between clinics, and alerts."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing yet."""

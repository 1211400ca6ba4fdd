"""Invitations, operators' visits to a clinic, and what a clinic says about itself."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Nothing yet."""

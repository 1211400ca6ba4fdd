"""What people did and read, append-only."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""

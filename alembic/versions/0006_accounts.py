"""What signing in and an account of one's own need."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet."""

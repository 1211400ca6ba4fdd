"""Keys of organizations, and secrets that lie under them."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""

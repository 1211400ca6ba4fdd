"""Cases, calling back, and finding what webhooks lost."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Nothing yet."""

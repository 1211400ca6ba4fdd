"""What an agent says and does, version by version, and what of it is published."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing yet."""

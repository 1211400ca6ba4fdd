"""Conversations that try an agent out, and the tests kept of them."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""The scan behind a device's last code"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("last_scan", sa.Column("scan", sa.Text(), nullable=True))
    op.drop_column("last_scan", "skew_ms")  # it was always 0

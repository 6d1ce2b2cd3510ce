"""The pallet of a parcel"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parcel", sa.Column("pallet", sa.Text(), nullable=True))
    op.create_index("ix_parcel_pallet", "parcel", ["pallet"], unique=False)

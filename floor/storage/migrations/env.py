"""Alembic's entry: the same migrations on SQLite and PostgreSQL, each in a transaction of its own."""

import importlib
import pkgutil

from alembic import context
from sqlmodel import SQLModel

import floor
from floor.storage.database import writing

for module in pkgutil.walk_packages(floor.__path__, "floor."):
    if "migrations" not in module.name and context.config.attributes.get("compare"):
        importlib.import_module(module.name)

engine = context.config.attributes["engine"]
with writing(engine).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

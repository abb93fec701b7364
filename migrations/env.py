"""Runs the migrations on the connection that the bot hands over, or, from alembic's command line, on its database."""

import asyncio
import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection
from sqlmodel.sql.sqltypes import AutoString

import bot.store.binding_tables
import bot.store.channel_tables
import bot.store.schedule_tables
import bot.store.settings_tables
import bot.store.stage_tables
import bot.store.watch_tables  # noqa: F401 - its tables belong to the metadata
from bot.store.columns import Moment
from bot.store.database import Database
from bot.store.migrate import on_a_connection
from bot.store.tables import Row


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
        render_item=portable,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def portable(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Types as migrations write them: without our own classes, which may change after a migration was released."""
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return "sa.String()"
    if isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


async def through_the_bots_engine() -> None:
    db = Database(os.environ["PSA_BOT_DATABASE_URL"])
    try:
        await on_a_connection(db, run)
    finally:
        await db.dispose()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    asyncio.run(through_the_bots_engine())

"""The tables of the regression watch: what a connection could see at each run, and who stopped being visible then."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field

from bot.store.columns import Moment, json_type
from bot.store.tables import Row


class FootingRow(Row, table=True):
    """On what a run stood: the PSA's version and the rights then. A run that has one was looked at afterwards."""

    __tablename__ = "footing"

    run_id: int = Field(
        default=None, sa_column=Column(ForeignKey("sync_run.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    connection_id: int = Field(
        default=None,
        sa_column=Column(ForeignKey("connection.id", ondelete="CASCADE"), nullable=False, index=True),
    )
    version: str | None = None
    rights: dict[str, str] | None = Field(default=None, sa_type=json_type(), nullable=True)
    account_filter: str = ""
    at: datetime = Field(default=None, sa_type=Moment, nullable=False)


class RegressionRow(Row, table=True):
    """An account that was visible before a run and is not since. ``rules`` are those that turned."""

    __tablename__ = "regression"

    run_id: int = Field(
        default=None, sa_column=Column(ForeignKey("footing.run_id", ondelete="CASCADE"), primary_key=True)
    )
    account_id: str = Field(primary_key=True)
    name: str
    verdict: str
    rules: list[str] = Field(sa_type=json_type())

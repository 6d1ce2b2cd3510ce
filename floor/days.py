"""Which day it is at the site: documents carry dates, and dates follow the site's zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from floor import policy


def business_day(db: Connection, at: datetime) -> date:
    return at.astimezone(ZoneInfo(policy.read(db, "time_zone"))).date()


def end_of_day(db: Connection, day: date) -> datetime:
    """The last second of the site's day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(policy.read(db, "time_zone"))).astimezone(UTC)

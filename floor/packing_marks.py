"""Special-packaging marks of a parcel: those of the site's marks that the order's remark names."""

import re

from sqlalchemy import Connection

from floor.policy import read as read_policy

SEPARATOR = re.compile(r"[,，、;；\n]")


def marks(db: Connection, remark: str) -> list[str]:
    """In the policy's order; a mark within a longer one that is named ("轻放" in "小心轻放") is not said twice.

    The rest of the remark stays off the label: it may be meant for the house alone.
    """
    known = [mark.strip() for mark in SEPARATOR.split(read_policy(db, "packing_marks"))]
    named = [mark for mark in known if mark and _names(remark, mark)]
    return [mark for mark in named if not any(mark != other and mark in other for other in named)]


def _names(remark: str, mark: str) -> bool:
    """Latin words stand by themselves; Chinese has no blanks between words."""
    if not mark.isascii():
        return mark in remark
    return re.search(rf"(?<![0-9a-z]){re.escape(mark)}(?![0-9a-z])", remark, re.IGNORECASE) is not None

"""Statements of the scan's path, compiled once for each database and run straight on the driver: a fifth of the CPU.

The statement stays SQLAlchemy Core, so both databases get their own text; only the machinery around each run is spared.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.base import Executable

Process = Callable[[Any], Any]


class Prepared:
    """A select, insert, update or delete whose binds are all named; IN with a list of any length does not fit here."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, db: Connection, /, **binds: Any) -> list[Any]:
        """All rows, as named tuples."""
        form = self._form(db)
        return [form.row(values) for values in _driver(db).execute(form.text, form.bound(binds)).fetchall()]

    def first(self, db: Connection, /, **binds: Any) -> Any | None:
        """The first row as a named tuple, None where there is none."""
        form = self._form(db)
        values = _driver(db).execute(form.text, form.bound(binds)).fetchone()
        return None if values is None else form.row(values)

    def run(self, db: Connection, /, **binds: Any) -> int:
        """How many rows were changed."""
        form = self._form(db)
        changed: int = _driver(db).execute(form.text, form.bound(binds)).rowcount
        return changed

    def many(self, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Run once for each row of binds; the rows are used up."""
        form = self._form(db)
        _driver(db).cursor().executemany(form.text, [form.bound(row) for row in rows])

    def _form(self, db: Connection) -> "_Form":
        form = self._forms.get(db.dialect.name)
        if form is None:
            form = self._forms[db.dialect.name] = _Form(self._statement, db.dialect)
        return form


def _driver(db: Connection) -> Any:
    """The driver's own connection inside the transaction of `db`."""
    return db.connection.dbapi_connection


class _Form:
    """The statement in one dialect: text, fixed binds and conversion of binds, names and conversion of columns."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert not compiled.positional, "both engines are opened with binds by name"
        self.text = str(compiled)
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        types = {name: bind.type for name, bind in compiled.binds.items()}
        self._convert = list(_converters(types, dialect, into=True).items())
        columns = list(getattr(statement, "selected_columns", ()))
        make: Any = namedtuple
        self._make: Process = make("Row", [column.key for column in columns], rename=True)._make
        self._read = list(_converters({n: c.type for n, c in enumerate(columns)}, dialect, into=False).items())

    def bound(self, binds: dict[str, Any]) -> dict[str, Any]:
        """What the driver takes; `binds` is changed on the way."""
        binds.update(self._fixed)
        for name, convert in self._convert:
            binds[name] = convert(binds[name])
        return binds

    def row(self, values: Sequence[Any]) -> Any:
        if self._read:
            values = list(values)
            for place, convert in self._read:
                values[place] = convert(values[place])
        return self._make(values)


def _converters(types: Mapping[Any, Any], dialect: Dialect, *, into: bool) -> dict[Any, Process]:
    """What must be done to each bind or column of these types; plain numbers and texts need nothing."""
    found: dict[Any, Process] = {}
    for key, kind in types.items():
        fitted = kind.dialect_impl(dialect)
        process = fitted.bind_processor(dialect) if into else fitted.result_processor(dialect, None)
        if process is not None:
            found[key] = process
    return found

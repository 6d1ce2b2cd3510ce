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
        form = self._form(db.dialect)
        cursor = db.connection.cursor()
        cursor.execute(form.text, form.arguments(binds))
        return [form.row(values) for values in cursor.fetchall()]

    def first(self, db: Connection, /, **binds: Any) -> Any | None:
        """The first row as a named tuple, None where there is none."""
        form = self._form(db.dialect)
        cursor = db.connection.cursor()
        cursor.execute(form.text, form.arguments(binds))
        values = cursor.fetchone()
        return None if values is None else form.row(values)

    def run(self, db: Connection, /, **binds: Any) -> int:
        """How many rows were changed."""
        form = self._form(db.dialect)
        cursor = db.connection.cursor()
        cursor.execute(form.text, form.arguments(binds))
        return cursor.rowcount

    def many(self, db: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run once for each row of binds."""
        form = self._form(db.dialect)
        db.connection.cursor().executemany(form.text, [form.arguments(row) for row in rows])

    def _form(self, dialect: Dialect) -> "_Form":
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, dialect)
        return form


class _Form:
    """The statement in one dialect: text, order and conversion of binds, names and conversion of columns."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._positional: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._convert = _converters({n: bind.type for n, bind in compiled.binds.items()}, dialect, into=True)
        columns = list(getattr(statement, "selected_columns", ()))
        make: Any = namedtuple
        self._make: Process = make("Row", [column.key for column in columns], rename=True)._make
        types = {n: column.type for n, column in enumerate(columns)}
        self._read = list(_converters(types, dialect, into=False).items())

    def arguments(self, binds: Mapping[str, Any]) -> Any:
        values = {**self._fixed, **binds} if self._fixed else dict(binds)
        for name, convert in self._convert.items():
            values[name] = convert(values[name])
        return values if self._positional is None else [values[name] for name in self._positional]

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

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import orjson


class Rejects:
    """Counts the lines that were skipped and writes each with its reason."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self.count = 0

    def add(self, line: int, field: str | None, error: str, text: str) -> None:
        self.count += 1
        if self._file is not None:
            entry = {"line": line, "field": field, "error": error, "text": text}
            self._file.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))


@contextmanager
def rejects_to(path: Path | None) -> Iterator[Rejects]:
    """Write rejects to a file in place of the last run's; without rejects there is no file."""
    with nullcontext() if path is None else path.open("wb") as file:
        rejects = Rejects(file)
        try:
            yield rejects
        finally:
            if path is not None and not rejects.count:
                path.unlink()

"""Imports a catalogue file, in the JSONL format of the icecat data set, into the shop."""

from services.catalog_import.lines import open_lines
from services.catalog_import.run import Counts, ImportReport, import_catalogue

__all__ = ["Counts", "ImportReport", "import_catalogue", "open_lines"]

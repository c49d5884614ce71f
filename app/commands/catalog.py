from pathlib import Path
from typing import Annotated

import typer

from app.catalogue import import_file
from app.commands.resources import with_resources

catalog_app = typer.Typer(no_args_is_help=True, help="The products of the shop.")


@catalog_app.command("import")
def catalog_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Import products from a JSONL file (.gz too), as docs/catalogue-format.md describes it."""
    with_resources(lambda resources: import_file(resources, file))

import typer

from app.catalogue import reindex
from app.commands.resources import with_resources

search_app = typer.Typer(no_args_is_help=True, help="The search index.")


@search_app.command("reindex")
def search_reindex() -> None:
    """Rebuild the whole search index while searches go on."""
    with_resources(reindex)

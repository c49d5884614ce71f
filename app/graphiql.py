from functools import cache
from pathlib import Path

import orjson

from core.settings import ROOT

_OPERATIONS = ROOT / "client" / "operations"

# The tabs that GraphiQL opens with, and what makes each of them answer on the demo catalogue.
_EXAMPLES = {
    "Search": {"query": "jumper"},
    "BrowseProducts": {"first": 6},
    "CategoryTree": {},
}


@cache
def graphiql_page() -> str:
    """Return the page with the shop's own operations as its tabs."""
    tabs = [
        {
            "query": (_OPERATIONS / f"{name}.graphql").read_text(),
            "variables": orjson.dumps(variables, option=orjson.OPT_INDENT_2).decode(),
        }
        for name, variables in _EXAMPLES.items()
    ]
    # The text stands inside a script element, which only this sequence could end.
    examples = orjson.dumps(tabs).decode().replace("</", "<\\/")
    page = (Path(__file__).parent / "graphiql.html").read_text()
    return page.replace("$examples", examples)

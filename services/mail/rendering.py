"""The words of each mail, from the templates beside this file."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from services.mail.message import Content

_ENVIRONMENT = Environment(
    loader=PackageLoader("services.mail"),
    autoescape=select_autoescape(["html.j2"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


def render(mail: str, values: Mapping[str, Any]) -> Content:
    """Write the mail of this name, such as `order_confirmed`; its templates say what they need.

    Raises jinja2.UndefinedError for a value that is missing.
    """
    subject = _render(f"{mail}.subject.j2", values).strip()
    return Content(
        subject=subject,
        text=_render(f"{mail}.txt.j2", values),
        html=_render(f"{mail}.html.j2", {**values, "subject": subject}),
    )


def _render(template: str, values: Mapping[str, Any]) -> str:
    return _ENVIRONMENT.get_template(template).render(values)

"""Draws the demo products, so that the shop has pictures without anybody's photographs."""

from functools import cache
from string import Template

from services.demo.vocabulary import HERE, Entry, read_toml

# A number walks through these; half of the pictures stay plain.
PATTERNS = (None, "Striped", None, "Dotted", None, "Checked")
TILES = {
    None: "",
    "Striped": '<path d="M0 12H60" stroke="$contrast" stroke-width="14"/>',
    "Dotted": '<circle cx="18" cy="18" r="9" fill="$contrast"/>'
    '<circle cx="48" cy="48" r="9" fill="$contrast"/>',
    "Checked": '<path d="M0 15H60M15 0V60" stroke="$contrast" stroke-width="12" opacity=".6"/>',
}
BACKDROPS = ("#e9e3d9", "#dfe6e1", "#e0e5ec", "#ece0db")
# The brightness above which a colour needs a darker pattern.
LIGHT = 150
WIDTHS = (1.0, 1.05, 1.1)

PICTURE = Template("""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800">
<title>$title</title>
<defs>
<linearGradient id="shade" x2="1" y2="1">
<stop stop-color="$light"/><stop offset=".45" stop-color="$base"/>
<stop offset="1" stop-color="$dark"/>
</linearGradient>
<pattern id="pattern" width="60" height="60" patternUnits="userSpaceOnUse">$tile</pattern>
<path id="body" fill-rule="evenodd" d="$body"/>
</defs>
<rect width="800" height="800" fill="$backdrop"/>
<circle cx="400" cy="400" r="340" fill="#fff" opacity=".4"/>
<g transform="translate(400 400) rotate($turn) scale($width 1.05) translate(-400 -400)">
$behind
<use href="#body" y="14" opacity=".14"/>
<use href="#body" fill="url(#shade)" stroke="$dark" stroke-width="3" stroke-linejoin="round"/>
<use href="#body" fill="url(#pattern)"/>
$detail
</g>
</svg>
""")


class Shape(Entry):
    """A drawing in parts.

    `body` is the path that takes the colour and the pattern; `turn` is in degrees.
    """

    body: str
    behind: str = ""
    detail: str
    patterned: bool = False
    turn: int = 0


def picture(shape: str, colour: str, number: int) -> str:
    """Return an SVG; `number` chooses the pattern, the proportions and the backdrop.

    Raises LookupError for a shape or a colour that is not known.
    """
    drawing = shapes()[shape]
    name, base = colours()[colour]
    paint = paints(base)
    pattern = pattern_name(shape, number)
    return PICTURE.substitute(
        paint,
        title=" ".join(filter(None, [pattern, name.lower(), shape.replace("-", " ")])).capitalize(),
        tile=Template(TILES[pattern]).substitute(paint),
        body=drawing.body,
        behind=Template(drawing.behind).substitute(paint),
        detail=Template(drawing.detail).substitute(paint),
        turn=drawing.turn,
        width=WIDTHS[number // len(PATTERNS) % len(WIDTHS)],
        backdrop=BACKDROPS[number % len(BACKDROPS)],
    )


def picture_url(shape: str, colour: str, number: int) -> str:
    """Return the path at which `picture` is served; `colour` is the name that a shop prints."""
    return f"/pictures/{shape}/{colour_key(colour)}/{number}.svg"


def pattern_name(shape: str, number: int) -> str | None:
    return PATTERNS[number % len(PATTERNS)] if shapes()[shape].patterned else None


def colour_key(name: str) -> str:
    return name.lower().replace(" ", "-")


@cache
def shapes() -> dict[str, Shape]:
    return {
        name: Shape.model_validate(parts)
        for path in sorted(HERE.glob("shapes/*.toml"))
        for name, parts in read_toml(path).items()
    }


@cache
def colours() -> dict[str, tuple[str, str]]:
    """Return each colour's name and its hexadecimal value by the key in a picture's address."""
    known = read_toml(HERE / "colours.toml")
    return {colour_key(name): (name, str(value)) for name, value in known.items()}


def paints(base: str) -> dict[str, str]:
    """Return the tones of a colour that the drawings use."""
    return {
        "base": base,
        "light": mixed(base, 255, 0.25),
        "pale": mixed(base, 255, 0.65),
        "dark": mixed(base, 0, 0.2),
        "deep": mixed(base, 0, 0.45),
        # Stripes must show on navy and on cream.
        "contrast": mixed(base, 0, 0.25) if brightness(base) > LIGHT else mixed(base, 255, 0.5),
    }


def mixed(colour: str, grey: int, share: float) -> str:
    """Mix a share of white (255) or black (0) into a colour."""
    return "#" + "".join(f"{round(part + (grey - part) * share):02x}" for part in channels(colour))


def brightness(colour: str) -> float:
    """Return the luma of ITU-R BT.601, 0 to 255."""
    red, green, blue = channels(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def channels(colour: str) -> bytes:
    return bytes.fromhex(colour.removeprefix("#"))

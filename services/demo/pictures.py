"""Draws the demo products, so that the shop has pictures without anybody's photographs."""


def picture_url(shape: str, colour: str, number: int) -> str:
    """Return the path under which the API serves `picture(shape, colour, number)`."""
    return f"/pictures/{shape}/{colour.lower().replace(' ', '-')}/{number}.svg"

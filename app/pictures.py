from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from services.demo.pictures import picture

router = APIRouter()


@router.get("/pictures/{shape}/{colour}/{number}.svg")
async def demo_picture(shape: str, colour: str, number: int) -> Response:
    """Draw a picture of the demo catalogue; its address says all of it, so it never changes."""
    try:
        svg = picture(shape, colour, number)
    except LookupError as error:
        raise HTTPException(404, "There is no such picture.") from error
    return Response(
        svg,
        media_type="image/svg+xml",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )

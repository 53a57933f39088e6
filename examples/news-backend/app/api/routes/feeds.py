"""`GET /news/feeds`: which feeds the stream reads."""

from dataclasses import asdict

from fastapi import APIRouter

from app.services.feeds import FEEDS

router = APIRouter()


@router.get("/news/feeds")
async def list_feeds() -> list[dict[str, str]]:
    """List every feed with its name and URL."""
    return [asdict(feed) for feed in FEEDS]

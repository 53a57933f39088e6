"""`GET /news/stream`, with the hang. `stream_fixed.py` is the same route without it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.api import sse
from app.services.feeds import FEEDS
from app.services.rss_ingestion import PATIENT, fetch_feed

router = APIRouter()


@router.get("/news/stream")
async def news_stream() -> StreamingResponse:
    """Stream the articles of every feed as the feeds come in."""
    return sse.response(news_events())


async def news_events() -> AsyncIterator[str]:
    """Fetch all feeds in worker threads and yield one event for each that is done."""
    loop = asyncio.get_running_loop()
    # THE BUG. When the client leaves, this generator is cancelled at an `await` or a `yield` and
    # leaves the `with` block. Its `__exit__` calls `executor.shutdown(wait=True)`, here, on the
    # event loop: until the workers have fetched every feed, hung hosts included, the whole server
    # answers nobody. The fix is in `stream_fixed.py`.
    with ThreadPoolExecutor(max_workers=5) as executor:
        pending = [loop.run_in_executor(executor, fetch_feed, feed, PATIENT) for feed in FEEDS]
        yield sse.starting(len(FEEDS))
        for done, future in enumerate(asyncio.as_completed(pending), start=1):
            yield sse.finished(await future, done, len(FEEDS))
        yield sse.complete(len(FEEDS))

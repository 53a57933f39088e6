"""`GET /news/stream`, with the fix. `stream.py` is the same route without it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.api import sse
from app.services.feeds import FEEDS
from app.services.rss_ingestion import PROMPT, fetch_feed

router = APIRouter()


@router.get("/news/stream")
async def news_stream() -> StreamingResponse:
    """Stream the articles of every feed as the feeds come in."""
    return sse.response(news_events())


async def news_events() -> AsyncIterator[str]:
    """Fetch all feeds in worker threads and yield one event for each that is done."""
    loop = asyncio.get_running_loop()
    # THE FIX. No `with`: its exit would wait for the workers on the event loop. When the client
    # leaves, the `finally` drops the feeds that no worker has begun and returns at once. A worker
    # that is already fetching cannot be stopped from outside; the short timeouts in PROMPT see to
    # it that it ends soon by itself.
    executor = ThreadPoolExecutor(max_workers=5)
    pending = [loop.run_in_executor(executor, fetch_feed, feed, PROMPT) for feed in FEEDS]
    try:
        yield sse.starting(len(FEEDS))
        for done, future in enumerate(asyncio.as_completed(pending), start=1):
            yield sse.finished(await future, done, len(FEEDS))
        yield sse.complete(len(FEEDS))
    finally:
        for unfinished in pending:
            unfinished.cancel()
        executor.shutdown(wait=False, cancel_futures=True)

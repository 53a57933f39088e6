"""Server-Sent Events as both versions of the stream send them.

Everything the two have in common is here, so that a diff of them shows the executor and nothing
else.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi.responses import StreamingResponse

from app.services.rss_ingestion import FetchResult


def response(events: AsyncIterator[str]) -> StreamingResponse:
    """Wrap the events in a response that no cache between here and the browser holds back."""
    return StreamingResponse(
        events,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )


def starting(total: int) -> str:
    """Say that `total` sources are about to be fetched."""
    return _event({"status": "starting", "total_sources": total})


def finished(result: FetchResult, done: int, total: int) -> str:
    """Say how one source went, and how far the stream has come."""
    event: dict[str, object] = {
        "status": "source_error" if result.error else "source_complete",
        "source": result.feed.name,
        "progress": {"completed": done, "total": total, "percentage": round(100 * done / total, 1)},
    }
    if result.error:
        event["error"] = result.error
    else:
        event["articles"] = [asdict(article) for article in result.articles]
    return _event(event)


def complete(total: int) -> str:
    """Say that all `total` sources have been dealt with."""
    return _event({"status": "complete", "total_sources": total})


def _event(payload: dict[str, object]) -> str:
    return f"data: {json.dumps(payload)}\n\n"

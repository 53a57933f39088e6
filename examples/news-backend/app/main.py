"""Puts the application together: `uvicorn app.main:app`."""

import os
from datetime import datetime, timezone

from fastapi import APIRouter, FastAPI

from app.api.routes import feeds, stream, stream_fixed

STREAM_ROUTERS: dict[str, APIRouter] = {
    "fixed": stream_fixed.router,
    "blocking": stream.router,
}


def stream_router() -> APIRouter:
    """Return the stream that the environment variable NEWS_STREAM asks for.

    A misspelt name must not quietly serve the other variant: whoever compares the two would draw
    the wrong conclusion. So it ends the start with one line instead.
    """
    variant = os.environ.get("NEWS_STREAM", "fixed")
    if variant not in STREAM_ROUTERS:
        raise SystemExit(f"NEWS_STREAM must be 'fixed' or 'blocking', not {variant!r}.")
    return STREAM_ROUTERS[variant]


app = FastAPI(title="News backend")
app.include_router(feeds.router)
app.include_router(stream_router())


# Both routes below are `async def` without any I/O. They need nothing but the event loop, so when
# one of them does not answer, the event loop is what stands still.


@app.get("/")
async def root() -> dict[str, str]:
    """Greet, and say where the documentation is."""
    return {"message": "News backend", "docs": "/docs"}


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell a load balancer that this process still answers."""
    return {"status": "healthy", "timestamp": datetime.now(timezone.utc).isoformat()}

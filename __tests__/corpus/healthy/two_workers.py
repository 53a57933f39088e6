"""Runs two workers of uvicorn.

verdict: pass
reason: healthy
server: {python} -m uvicorn two_workers:app --port {port} --workers 2 --log-level warning
"""

import asyncio

from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])

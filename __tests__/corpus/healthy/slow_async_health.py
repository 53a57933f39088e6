"""Asks its dependencies, which takes most of the deadline, before it says that it is healthy.

verdict: pass
reason: healthy
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route


async def answer(_request):
    await asyncio.sleep(1)
    return JSONResponse({"status": "ok"})


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

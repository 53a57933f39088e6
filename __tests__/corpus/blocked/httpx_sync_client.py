"""Calls the synchronous client of httpx on the event loop, when a client leaves, without a timeout.

verdict: fail
reason: loop-blocked
rule: sync-http
"""

import asyncio
import sys

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

client = httpx.Client(timeout=None)


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        client.post("http://metrics.example/left")  # culprit


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Leaves a stalled request in the default executor for every client that leaves, which its health check needs too.

verdict: fail
reason: service-unresponsive
rule: thread-pool-exhausted
"""

import asyncio
import sys
from pathlib import Path

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

jobs = set()


async def answer(_request):
    await asyncio.to_thread(Path.cwd)
    return JSONResponse({"status": "ok"})


def report():
    requests.post("http://metrics.example/left")  # culprit


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        jobs.update(asyncio.ensure_future(asyncio.to_thread(report)) for _ in range(8))


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

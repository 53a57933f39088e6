"""Keeps a thread's lock across an `await`, so that the second client that leaves stops the loop the first one needs.

verdict: fail
reason: loop-blocked
rule: self-deadlock
"""

import asyncio
import sys
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

lock = threading.Lock()
tasks = set()


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def save():
    with lock:  # culprit
        await asyncio.sleep(0.5)


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        tasks.add(asyncio.create_task(save()))


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

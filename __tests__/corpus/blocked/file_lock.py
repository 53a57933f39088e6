"""Locks a file on the event loop, when a client leaves, that is locked already.

verdict: fail
reason: loop-blocked
rule: file-wait
"""

import asyncio
import fcntl
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

other = open("visits.lock", "w")
fcntl.flock(other, fcntl.LOCK_EX)


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        with open("visits.lock", "w") as mine:
            fcntl.flock(mine, fcntl.LOCK_EX)  # culprit


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Asks a worker thread for its result, when a client leaves, instead of awaiting it.

verdict: fail
reason: loop-blocked
rule: future-result
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import requests
import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent

pool = ThreadPoolExecutor()


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        pool.submit(requests.post, "http://metrics.example/left").result()  # culprit


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

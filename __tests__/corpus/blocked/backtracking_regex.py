"""Matches a pattern that backtracks without end on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: c-cpu
"""

import asyncio
import re
import sys

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        re.match(r"(a+)+$", "a" * 60 + "b")  # culprit


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Starts a thread for every stream that is never told to end.

verdict: fail
reason: leak
rule: leak
settings: --waves 5
"""

import asyncio
import sys
import threading

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    while True:
        yield "tick"
        await asyncio.sleep(0.05)


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

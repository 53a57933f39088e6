"""Opens descriptors and threads with its first streams, up to a bound, and keeps them for the next.

verdict: pass
reason: healthy
settings: --waves 5
"""

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent

pool = ThreadPoolExecutor(max_workers=8)
spare = []


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    if len(spare) < 8:
        spare.append(os.open(os.devnull, os.O_RDONLY))
    while True:
        pool.submit(time.sleep, 0.01)
        yield "tick"
        await asyncio.sleep(0.05)


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

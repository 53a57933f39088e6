"""Keeps two processes computing for every stream, and waits for none of them on the loop.

verdict: pass
reason: healthy
"""

import asyncio
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


def compute():
    # Politely: the machine is not the point.
    os.nice(10)
    return sum(number * number for number in range(20_000_000))


pool = ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("spawn"))


async def events():
    job = asyncio.get_running_loop().run_in_executor(pool, compute)
    try:
        while True:
            yield "tick"
            await asyncio.sleep(0.05)
    finally:
        job.cancel()


@get("/news/stream")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Leaves `with ProcessPoolExecutor` when its client does, while a worker still computes.

verdict: fail
reason: loop-blocked
rule: process-pool-exit
"""

import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route


async def answer(_request):
    return JSONResponse({"status": "ok"})


async def events():
    with ProcessPoolExecutor(max_workers=1) as pool:  # culprit
        pool.submit(time.sleep, 600)
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingResponse(events(), media_type="text/event-stream")


app = Starlette(routes=[Route("/", answer), Route("/health", answer), Route("/news/stream", stream)])


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

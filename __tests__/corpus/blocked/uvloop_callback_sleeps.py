"""Sleeps in a callback of uvloop that is scheduled when a client leaves.

verdict: fail
reason: loop-blocked
rule: sleep
"""

import asyncio
import sys
import time

import uvicorn
import uvloop
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def flush():
    time.sleep(600)  # culprit


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        uvloop.Loop.call_soon(asyncio.get_running_loop(), flush)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", log_level="warning")

"""Sends a coroutine to its own event loop, when a client leaves, and waits there for the result.

verdict: fail
reason: loop-blocked
rule: self-deadlock
"""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def save():
    await asyncio.sleep(0)


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        loop = asyncio.get_running_loop()
        asyncio.run_coroutine_threadsafe(save(), loop).result()  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

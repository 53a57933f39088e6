"""Collects garbage over a large heap again and again on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: gc
"""

import asyncio
import gc
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
archive = [[number] for number in range(1_000_000)]


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def trim():
    for _ in range(10_000):
        gc.collect()  # culprit


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        trim()


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

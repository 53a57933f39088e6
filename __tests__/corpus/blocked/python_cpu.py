"""Compares every article with every other on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: python-cpu
"""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
articles = list(range(300_000))


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def unique(items):
    return [item for item in items if sum(item == other for other in items) == 1]  # culprit


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        unique(articles)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

"""Waits for an item of a Redis list on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: database
needs: redis
"""

import asyncio
import os
import sys

import redis
import uvicorn
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()
client = redis.from_url(os.environ["REDIS_URL"])


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield {"data": "tick"}
            await asyncio.sleep(0.05)
    finally:
        client.blpop("acknowledgements")  # culprit


@app.get("/news/stream")
async def stream():
    return EventSourceResponse(events())


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

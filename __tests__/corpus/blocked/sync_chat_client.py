"""Reads the answer of a chat service line by line with a synchronous client inside its stream.

verdict: fail
reason: loop-blocked
rule: sync-http
"""

import asyncio
import sys

import httpx
import uvicorn
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()
client = httpx.Client(timeout=None)


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    for _ in range(3):
        yield {"data": "tick"}
        await asyncio.sleep(0.05)
    with client.stream("POST", "http://chat.example/complete") as answer:  # culprit
        for line in answer.iter_lines():
            yield {"data": line}


@app.get("/news/stream")
async def stream():
    return EventSourceResponse(events())


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

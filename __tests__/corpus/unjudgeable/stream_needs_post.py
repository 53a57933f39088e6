"""Streams only the answer to a question that is posted.

verdict: inconclusive
reason: not-exercised
rule: not-exercised
"""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    while True:
        yield {"data": "tick"}
        await asyncio.sleep(0.05)


@app.post("/news/stream")
async def stream():
    return EventSourceResponse(events())


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Answers 503 to new streams, since clients that leave do not give their places back.

verdict: fail
reason: stream-refused
rule: stream-refused
"""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

app = FastAPI()
streams = []


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    if len(streams) >= 5:
        raise HTTPException(503, "too many streams")
    streams.append(events())
    return StreamingResponse(streams[-1], media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

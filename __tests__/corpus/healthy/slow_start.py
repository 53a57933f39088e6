"""Loads a model for four seconds before it listens.

verdict: pass
reason: healthy
"""

import asyncio
import sys
import time

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
time.sleep(4)


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
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

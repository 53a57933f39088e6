"""Blocks its event loop for a fifth of a second every half second.

verdict: pass
reason: healthy
"""

import asyncio
import sys
import time
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse


async def recount():
    while True:
        time.sleep(0.2)
        await asyncio.sleep(0.3)


@asynccontextmanager
async def lifespan(_app):
    task = asyncio.create_task(recount())
    yield
    task.cancel()


app = FastAPI(lifespan=lifespan)


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

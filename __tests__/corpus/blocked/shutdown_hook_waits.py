"""Waits at the end of its lifespan for a flush that never comes.

verdict: fail
reason: shutdown-blocked
rule: shutdown-blocked
settings: --shutdown-timeout 2s
"""

import asyncio
import sys
import threading
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

flushed = threading.Event()


@asynccontextmanager
async def lifespan(_app):
    yield
    flushed.wait()  # culprit


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


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Waits in its lifespan for a thread that waits for it.

verdict: fail
reason: boot-blocked
rule: boot-blocked
settings: --boot-timeout 4s
"""

import asyncio
import sys
import threading
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

warmed = threading.Event()


@asynccontextmanager
async def lifespan(_app):
    warmed.wait()  # culprit
    yield


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

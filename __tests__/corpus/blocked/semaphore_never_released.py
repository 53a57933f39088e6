"""Takes a place of a thread's semaphore for every client that leaves and gives none back.

verdict: fail
reason: loop-blocked
rule: condition-wait
"""

import asyncio
import sys
import threading

import uvicorn
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()
places = threading.Semaphore(3)


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
        places.acquire()  # culprit


@app.get("/news/stream")
async def stream():
    return EventSourceResponse(events())


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

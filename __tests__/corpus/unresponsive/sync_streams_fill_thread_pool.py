"""Streams from worker threads that wait for a queue, of which a client that leaves gives none back.

verdict: fail
reason: service-unresponsive
rule: thread-pool-exhausted
settings: --clients 20
"""

import queue
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
def answer():
    return {"status": "ok"}


def events():
    yield "data: tick\n\n"
    lines = queue.Queue()
    while True:
        yield lines.get()  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

"""Waits for the next item of a thread's queue on the event loop, when a client leaves.

verdict: fail
reason: loop-blocked
rule: condition-wait
"""

import asyncio
import queue
import sys

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)
acknowledgements = queue.Queue()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield b"data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        acknowledgements.get()  # culprit


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

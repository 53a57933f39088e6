"""Leaves with an asyncio lock, when its client does, that the health check awaits.

verdict: fail
reason: service-unresponsive
rule: lost-await
"""

import asyncio
import sys

import uvicorn
from quart import Quart, make_response

app = Quart(__name__)
lock = asyncio.Lock()


@app.get("/")
async def root():
    return {"status": "ok"}


@app.get("/health")
async def health():
    async with lock:
        return {"status": "ok"}


async def events():
    try:
        while True:
            yield b"data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        if not lock.locked():
            await lock.acquire()


@app.get("/news/stream")
async def stream():
    response = await make_response(events(), {"content-type": "text/event-stream"})
    response.timeout = None
    return response


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

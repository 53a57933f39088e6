"""Schedules a function of the standard library, when a client leaves, so that no line of its own stands on the loop.

verdict: fail
reason: loop-blocked
rule: unnamed
"""

import asyncio
import sys
import time

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        asyncio.get_running_loop().call_soon(time.sleep, 600)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

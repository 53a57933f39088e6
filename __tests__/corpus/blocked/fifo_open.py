"""Opens a named pipe on the event loop, when a client leaves, whose other end nobody opens.

verdict: fail
reason: loop-blocked
rule: file-wait
"""

import asyncio
import os
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
os.mkfifo("audit.fifo")


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
        open("audit.fifo", "w")  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

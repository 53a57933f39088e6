"""Logs, when a client leaves, into the pipe of a log shipper that has stopped reading.

verdict: fail
reason: loop-blocked
rule: full-log-pipe
"""

import asyncio
import logging
import subprocess
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
shipper = subprocess.Popen(["sleep", "600"], stdin=subprocess.PIPE, text=True)
log = logging.getLogger("news")
log.addHandler(logging.StreamHandler(shipper.stdin))


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
        log.warning("a client has left: %s", "x" * 1_000_000)  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

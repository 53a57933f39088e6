"""Runs two workers, of which one exits when a client leaves and is replaced.

verdict: fail
reason: worker-replaced
rule: worker-replaced
settings: --clients 1
server: {python} -m uvicorn worker_dies:app --port {port} --workers 2 --log-level warning
"""

import asyncio
import os

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
        os._exit(1)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")

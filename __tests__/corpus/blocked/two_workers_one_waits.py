"""Runs two workers, of which one waits for a thread's condition when a client leaves, while the other answers.

verdict: fail
reason: loop-blocked
rule: condition-wait
settings: --clients 1 --hold 500ms
server: {python} -m uvicorn two_workers_one_waits:app --port {port} --workers 2 --log-level warning
"""

import asyncio
import threading

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
drained = threading.Condition()


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
        with drained:
            drained.wait()  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")

"""Joins a worker process, when a client leaves, that still has work.

verdict: fail
reason: loop-blocked
rule: process-join
"""

import asyncio
import multiprocessing
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
        worker = multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,), daemon=True)
        worker.start()
        worker.join()  # culprit


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

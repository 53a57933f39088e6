"""Computes in two threads, so that the loop has to ask for the interpreter all the time.

verdict: pass
reason: healthy
"""

import asyncio
import sys
import threading
import time

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def compute():
    while True:
        sum(number * number for number in range(50_000))
        time.sleep(0.02)


for _ in range(2):
    threading.Thread(target=compute, daemon=True).start()


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

"""Takes a lock, when a client leaves, that a thread keeps while it waits for the network.

verdict: fail
reason: loop-blocked
rule: lock
"""

import asyncio
import sys
import threading

import requests
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
cache_lock = threading.Lock()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


def refresh():
    with cache_lock:
        requests.get("http://feeds.example/all")


async def events():
    threading.Thread(target=refresh, daemon=True).start()
    try:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)
    finally:
        with cache_lock:  # culprit
            pass


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

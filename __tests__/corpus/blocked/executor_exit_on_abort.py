"""Leaves `with ThreadPoolExecutor` when its client does, while the workers wait for feeds that never answer.

verdict: fail
reason: loop-blocked
rule: executor-exit
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import requests
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
FEEDS = ["http://world.example/rss", "http://sport.example/rss", "http://science.example/rss"]


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    with ThreadPoolExecutor(max_workers=3) as pool:  # culprit
        for feed in FEEDS:
            pool.submit(requests.get, feed)
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

"""Makes a thread pool for every stream and never shuts it down.

verdict: fail
reason: leak
rule: leak
settings: --waves 5
"""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()
pools = []


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    pool = ThreadPoolExecutor(max_workers=2)
    pools.append(pool)
    while True:
        pool.submit(time.sleep, 0.01)
        yield {"data": "tick"}
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return EventSourceResponse(events())


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

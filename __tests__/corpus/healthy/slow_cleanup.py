"""Takes a second, with awaits, to clean up after a client.

verdict: pass
reason: healthy
"""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI
from sse_starlette import EventSourceResponse

app = FastAPI()
tasks = set()


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def unsubscribe():
    await asyncio.sleep(1)


async def events():
    try:
        while True:
            yield {"data": "tick"}
            await asyncio.sleep(0.05)
    finally:
        task = asyncio.create_task(unsubscribe())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        await asyncio.shield(task)


@app.get("/news/stream")
async def stream():
    return EventSourceResponse(events())


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

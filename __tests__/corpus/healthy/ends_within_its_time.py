"""Takes a second to end after SIGTERM, of the five that it has.

verdict: pass
reason: healthy
settings: --shutdown-timeout 5s
"""

import asyncio
import sys
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse


@asynccontextmanager
async def lifespan(_app):
    yield
    await asyncio.sleep(1)


app = FastAPI(lifespan=lifespan)


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Opens files for every stream and closes none.

verdict: fail
reason: leak
rule: leak
settings: --waves 5
"""

import asyncio
import os
import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
opened = []


@app.get("/")
@app.get("/health")
async def answer():
    return {"status": "ok"}


async def events():
    opened.extend(os.open(os.devnull, os.O_RDONLY) for _ in range(5))
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

"""Imports a package, when the first client leaves, that loads its model while it is imported.

verdict: fail
reason: loop-blocked
rule: import-on-loop
"""

import asyncio
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
installed = Path(__file__).with_name("site-packages")
installed.mkdir()
(installed / "heavy_model.py").write_text("import time\ntime.sleep(600)\n")
sys.path.append(str(installed))


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
        import heavy_model  # culprit

        heavy_model.unload()


@app.get("/news/stream")
async def stream():
    return StreamingResponse(events(), media_type="text/event-stream")


uvicorn.run(app, port=int(sys.argv[1]), loop="asyncio", log_level="warning")

"""Has no stream where one is looked for.

verdict: inconclusive
reason: not-exercised
rule: not-exercised
"""

import asyncio
import sys

import uvicorn
from litestar import Litestar, get
from litestar.response import ServerSentEvent


@get(["/", "/health"])
async def answer() -> dict[str, str]:
    return {"status": "ok"}


async def events():
    while True:
        yield "tick"
        await asyncio.sleep(0.05)


@get("/events")
async def stream() -> ServerSentEvent:
    return ServerSentEvent(events())


app = Litestar([answer, stream])


uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")

"""Lets new streams wait for a place, since clients that leave do not give theirs back.

verdict: fail
reason: stream-refused
rule: stream-refused
"""

import asyncio
import sys

import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="corpus")
places = asyncio.Semaphore(5)


async def answer(_request):
    return JsonResponse({"status": "ok"})


async def events():
    await places.acquire()
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("health", answer), path("news/stream", stream)]


uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_level="warning", lifespan="off")

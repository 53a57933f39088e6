"""Has a second event loop in a thread, which sleeps there instead of awaiting.

verdict: pass
reason: healthy
"""

import asyncio
import sys
import threading
import time

import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="corpus")


async def answer(_request):
    return JsonResponse({"status": "ok"})


async def import_feeds():
    while True:
        time.sleep(30)


threading.Thread(target=asyncio.run, args=(import_feeds(),), daemon=True).start()


async def events():
    while True:
        yield "data: tick\n\n"
        await asyncio.sleep(0.05)


async def stream(_request):
    return StreamingHttpResponse(events(), content_type="text/event-stream")


urlpatterns = [path("", answer), path("health", answer), path("news/stream", stream)]


uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_level="warning", lifespan="off")

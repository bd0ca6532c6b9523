"""WSGI entry point for granian."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nanyue_portal.settings")

application = get_wsgi_application()
gc.freeze()  # what the start has built stays: a full collection in the middle of a request would walk all of it

"""WSGI entry point: `gunicorn wsgi:app`."""

from helpdesk.app import create_app
from helpdesk.settings import load_settings

app = create_app(load_settings())

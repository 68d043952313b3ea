"""The WSGI entry: `granian wsgi:app`, `flask --app wsgi …`."""

from backend.app import create_app

app = create_app()

"""The path that the service stands behind, where it is not at the root of its site."""

from starlette.types import ASGIApp, Receive, Scope, Send


class PublicPath:
    """ASGI middleware that puts a path before those of the routes, as their links need it.

    A reverse proxy may take the path off or leave it on; both are understood.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, with the path as it is for the world."""
        if scope["type"] == "http":
            path: str = scope["path"]
            if path != self._path and not path.startswith(f"{self._path}/"):
                path = self._path + path
            scope = {**scope, "path": path, "root_path": self._path}
        await self._app(scope, receive, send)

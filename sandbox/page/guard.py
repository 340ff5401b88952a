"""Protect this page from other web pages: it answers only under its own name, and only its own page may act.

The server listens on the loopback alone; a foreign page open in the same browser could still reach it. A foreign name
that points here (DNS rebinding) fails the check of Host; a form or a script on a foreign page fails the check of the
request's origin.
"""

from aiohttp import web
from aiohttp.typedefs import Handler

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NAMES = ("127.0.0.1", "localhost", "[::1]")


def is_own_host(host: str) -> bool:
    """Whether the host is a name of the loopback, on any port: a forwarded port is still this page, a foreign name is
    not.
    """
    name, _, port = host.lower().rpartition(":")
    if not port.isdecimal():
        name, port = host.lower(), ""
    return name in NAMES


def comes_from_here(request: web.Request) -> bool:
    """Whether the request was sent by this page, or by a program on this machine.

    A browser names the origin of every POST. A request without one comes from a program; it may send JSON only, which a
    foreign page cannot without a preflight (and those are never answered).
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin.partition("://")[2] == request.host
    return site is not None or request.content_type == "application/json"


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pass on requests to the page's own name from the page itself; refuse all others, in words."""
    if not is_own_host(request.headers.get("Host", "")):
        return _refused(421, "Страница открывается только по адресу 127.0.0.1 на этом же компьютере.")
    if request.method not in ("GET", "HEAD", "POST"):
        return _refused(405, "Так к странице не обращаются.")
    if request.method == "POST" and not comes_from_here(request):
        return _refused(403, "Нажимать кнопки может только сама страница стенда.")
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _refused(error.status, _words(error.status))
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


def _words(status: int) -> str:
    if status == 404:
        return "Такой страницы здесь нет."
    if status == 413:
        return "Файлы слишком большие: вместе не больше 50 МБ."
    return "Так к странице не обращаются."


def _refused(status: int, words: str) -> web.Response:
    return web.json_response({"error": words}, status=status, headers=HEADERS)

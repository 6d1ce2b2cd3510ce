"""Papers to a printer behind a CUPS queue: spooled, which is all that CUPS can know of most printers."""

import re
import subprocess

from labels.printer import Unsent

QUEUE = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,126}")
REQUEST = re.compile(r"request id is (\S+-\d+)")
PATIENCE_S = 30.0


def spool(pdf: bytes, queue: str, *, title: str, copies: int = 1) -> str:
    """Hands the PDF to the queue; CUPS's name of the job ("office-17").

    Raises Unsent where CUPS took nothing (no such queue, no CUPS, a refusal), TimeoutError where that is not known.
    """
    if not QUEUE.fullmatch(queue):
        raise Unsent(2, f"{queue[:40]!r} is no name of a queue")
    shown = re.sub(r"[\x00-\x1f]", " ", title)[:120]
    call = ["lp", "-d", queue, "-t", shown, "-n", str(copies), "-o", "media=A4", "-"]
    told = _run(call, pdf, "lp")
    request = REQUEST.search(told.stdout.decode("utf-8", "replace"))
    if told.returncode or request is None:
        raise Unsent(told.returncode or 1, told.stderr.decode("utf-8", "replace").strip() or "lp said nothing")
    return request[1]


def waiting(request: str) -> bool:
    """Whether the job is still in its queue; one that left it was taken by the printer, or given up by a person."""
    told = _run(["lpstat", "-W", "not-completed", "-o", request.rpartition("-")[0]], b"", "lpstat")
    return request in told.stdout.decode("utf-8", "replace").split()


def _run(call: list[str], given: bytes, program: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(call, input=given, capture_output=True, timeout=PATIENCE_S, check=False)
    except FileNotFoundError as error:
        raise Unsent(error.errno, f"{program} is not installed (package cups-client)") from error
    except subprocess.TimeoutExpired as error:
        raise TimeoutError("CUPS does not answer") from error

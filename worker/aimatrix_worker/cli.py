"""The command line: `python -m aimatrix_worker`."""

from __future__ import annotations

import argparse
import enum
import logging
import os
import sys
from collections.abc import Sequence

from aimatrix import AimatrixError, PlatformUnavailable, SettingsError, TokenRefused

from aimatrix_worker import __version__
from aimatrix_worker.queue.capabilities import detect_capabilities
from aimatrix_worker.queue.poller import Poller
from aimatrix_worker.queue.stopping import Stopping
from aimatrix_worker.settings import ENVIRONMENT, Settings, connection_from_environment, default_worker_id

log = logging.getLogger("aimatrix_worker")


class Exit(enum.IntEnum):
    """0 also covers a job that failed: the queue knows, and starting the worker again would not help."""

    DONE = 0
    SETTINGS = 2
    REFUSED = 3
    UNAVAILABLE = 4


def build_parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:26}{meaning}" for name, meaning in ENVIRONMENT.items())
    parser = argparse.ArgumentParser(
        prog="python -m aimatrix_worker",
        description="Claim jobs from an AIMatrix ML project, do them, and record what came out.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"environment:\n{names}\n\nexit status: 0 ended as told (a failed job is reported in the queue), "
        "2 wrong usage or\nenvironment, 3 the platform refused the token or a request, 4 with --once: platform not reachable.",
    )
    parser.add_argument("--queues", default="training,checks", help="comma-separated queue names (default: %(default)s)")
    parser.add_argument("--worker-id", default=None, help="shown in ml.jobs (default: <host>-<process id>)")
    parser.add_argument("--labels", default="", help="comma-separated labels that jobs may require of a worker")
    parser.add_argument(
        "--lease-seconds",
        type=int,
        default=60,
        help="a job is handed on when no heartbeat came for so long (default: %(default)s)",
    )
    parser.add_argument(
        "--poll-seconds", type=float, default=2.0, help="pause between claims while the queues are empty (default: %(default)s)"
    )
    parser.add_argument(
        "--grace-seconds",
        type=float,
        default=10.0,
        help="on SIGTERM or SIGINT a running job may still finish within this time, then it is released (default: %(default)s)",
    )
    parser.add_argument("--once", action="store_true", help="do at most one job, or end at once when there is none")
    parser.add_argument("--verbose", action="store_true", help="log more")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def split_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def read_settings(arguments: argparse.Namespace) -> Settings:
    return Settings(
        connection=connection_from_environment(os.environ),
        queues=split_names(arguments.queues),
        worker_id=arguments.worker_id or default_worker_id(),
        labels=split_names(arguments.labels),
        lease_seconds=arguments.lease_seconds,
        poll_seconds=arguments.poll_seconds,
        grace_seconds=arguments.grace_seconds,
        once=arguments.once,
    )


def configure_logging(verbose: bool) -> None:
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
        force=True,
    )
    # These two write headers and addresses at their lower levels.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = build_parser().parse_args(argv)
    configure_logging(arguments.verbose)
    try:
        settings = read_settings(arguments)
    except SettingsError as error:
        print(f"aimatrix_worker: {error}", file=sys.stderr)
        return Exit.SETTINGS
    stopping = Stopping(settings.grace_seconds)
    stopping.install()
    capabilities = detect_capabilities(settings.labels)
    log.info(
        "worker %s on %s: queues %s, %d GPU(s)",
        settings.worker_id,
        settings.connection.url,
        ", ".join(settings.queues),
        capabilities.gpus,
    )
    try:
        done = Poller(settings, capabilities, stopping).run()
    except TokenRefused as error:
        log.error(
            "%s: is WORKER_JWT a valid token with the role ml_worker, and SUPABASE_PUBLISHABLE_KEY of the same project?", error
        )
        return Exit.REFUSED
    except PlatformUnavailable as error:
        log.error("%s", error)
        return Exit.UNAVAILABLE
    except AimatrixError as error:
        log.error("%s", error)
        return Exit.REFUSED
    log.info("worker %s ended after %d job(s)", settings.worker_id, done)
    return Exit.DONE

"""`floor init`: a real site's start; refuses to touch one that has started."""

import argparse
import getpass
import os
import sys
from zoneinfo import available_timezones

from floor import credentials, founding, policy
from floor.check_digit import BadCode, sscc
from floor.ledger.currencies import PLACES
from floor.refusal import Refusal
from floor.storage.record import Tx
from web.cli import Stop
from web.commands.site import config_argument, settings, working
from web.pages.sign_in import PASSWORD

PASSWORD_VARIABLE = "FLOOR_ADMIN_PASSWORD"
LEAST_CHARACTERS = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--company", required=True, help="the company's name, as labels and papers show it")
    parser.add_argument("--admin", default="admin", help="login of the first administrator (default admin)")
    parser.add_argument("--name", default="", help="the administrator's own name")
    parser.add_argument("--warehouse", default=policy.DEFAULTS["warehouse"], help="code of the first warehouse")
    parser.add_argument("--time-zone", default=policy.DEFAULTS["time_zone"], help="IANA name, e.g. Asia/Shanghai")
    parser.add_argument("--currency", default=policy.DEFAULTS["currency"], help="ISO 4217 code, e.g. CNY")
    parser.add_argument("--company-prefix", required=True, help="GS1 company prefix for SSCCs, 4 to 12 digits")
    config_argument(parser)


def run(options: argparse.Namespace) -> int:
    _check(options)
    password = _password()

    def act(tx: Tx) -> None:
        founding.found(
            tx,
            company=options.company,
            warehouse=options.warehouse,
            time_zone=options.time_zone,
            company_prefix=options.company_prefix,
            currency=options.currency,
        )
        person = founding.hire(tx, options.name or options.admin, "admin manager")
        credentials.set_secret(tx, person, login=options.admin.lower(), password_hash=PASSWORD.hash(password))

    with working(settings(options)) as site:
        try:
            site.writer.do(act)
        except Refusal:
            raise Stop(
                f"{site.settings.database_url.split('@')[-1]} has started already; nothing was changed"
            ) from None
        print(f"started: {options.company}; sign in as {options.admin} at {site.settings.origin}/sign-in")
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.time_zone not in available_timezones():
        raise Stop(f"no time zone {options.time_zone!r}; an IANA name, e.g. Asia/Shanghai")
    if options.currency not in PLACES:
        raise Stop(f"no currency {options.currency!r}; an ISO 4217 code, e.g. CNY")
    try:
        sscc(options.company_prefix, 1)
    except BadCode:
        raise Stop(
            f"no company prefix {options.company_prefix!r}; 4 to 12 digits as GS1 gave them, e.g. 0614141"
        ) from None


def _password() -> str:
    password = os.environ.get(PASSWORD_VARIABLE) or (getpass.getpass("Password: ") if sys.stdin.isatty() else "")
    if len(password) < LEAST_CHARACTERS:
        raise Stop(f"a password of at least {LEAST_CHARACTERS} characters, typed or in {PASSWORD_VARIABLE}")
    return password

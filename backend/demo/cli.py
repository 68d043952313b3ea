"""`flask demo …`: the sample township."""

from __future__ import annotations

import json
import time

import click
from flask.cli import AppGroup
from sqlalchemy import select

from backend.db import db
from backend.demo import load as loading
from backend.demo.people import PASSWORD
from backend.org.models import User

demo = AppGroup("demo", help="The sample township.")

SHOWN = [
    "worker1",
    "worker2",
    "worker3",
    "head1",
    "dispatcher",
    "commander",
    "supervisor",
    "village1",
    "police",
    "police2",
    "fire",
    "housing",
    "urban",
    "power",
    "gas",
    "market",
    "community",
    "admin",
    "district",
]


@demo.command("load")
@click.option("--township", default="320612004", show_default=True, help="Statistics code.")
@click.option("--houses", default=1000, show_default=True, type=click.IntRange(1, 50_000))
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same town.")
def load(township: str, houses: int, seed: int) -> None:
    """Load the sample township into an empty database."""
    if loading.is_loaded():
        click.echo("样例已在库中,未作改动。")
        return
    if not loading.is_empty():
        raise click.ClickException(
            "库中已有其他数据,或上次载入中断。请清空数据库后重试(make reset)。"
        )
    began = time.monotonic()
    try:
        loading.load(township, houses, seed, lambda line: click.echo(f"  {line}"))
    except loading.UnknownTownshipError as error:
        raise click.BadParameter(
            f"样例数据中没有代码为 {township} 的镇街,或没有其区县的边界", param_hint="--township"
        ) from error
    click.echo(f"样例已就绪,用时 {time.monotonic() - began:.1f} 秒。")


@demo.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="As a JSON list.")
@click.option("--all", "everyone", is_flag=True, help="Every account, not a few of each role.")
def accounts(*, as_json: bool, everyone: bool) -> None:
    """Print who can sign in, and how."""
    known = db.session.scalars(select(User).order_by(User.created_at, User.id))
    users = [user for user in known if user.roles]  # the sources have accounts, but no way in
    shown = users if everyone else [user for user in users if user.username in SHOWN]
    order = {username: number for number, username in enumerate(SHOWN)}
    shown.sort(
        key=lambda user: (order.get(user.username, len(SHOWN)), len(user.username), user.username)
    )
    rows = [_row(user) for user in shown]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("  ".join(row.values()))


def _row(user: User) -> dict[str, str]:
    role = user.roles[0]
    return {
        "role": role.role,
        "username": user.username,
        "password": PASSWORD,
        "name": user.name,
    }

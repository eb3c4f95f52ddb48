"""Tokens: what a program shows in place of a user's password. It reads what the user may read, and writes nothing.

A token is 256 bits drawn at random, so that a plain SHA-256 of it is enough: there is nothing to guess. It is shown
once, when it is made; it ends by itself after a year, and at once when it is revoked or its user is closed.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pejling.agreements.audit import digest, record
from pejling.agreements.models import Token
from pejling.indicators.documents import nearest
from pejling.indicators.mistakes import Mistake

BEGINS = "pejling_"  # so that a token that got lost in a file or a letter is known for one
LASTS = timedelta(days=365)
AT_MOST = 20  # that hold at once, of one user


def issue(who: str, user: User, name: str) -> tuple[Token, str]:
    """The token, and the text to show in its place: it is not kept. Raises Mistake where the name will not do."""
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise Mistake("the token's name", "there is none, or it is over 100 signs", "Say what it is for: night report")
    with transaction.atomic():
        holding = [each.name for each in holding_of(user)]
        if name in holding:
            raise Mistake("the token's name", f"{name!r} is taken", "Choose another, or revoke that one first")
        if len(holding) >= AT_MOST:
            raise Mistake("the token", f"there are {AT_MOST} already", "Revoke those that nobody uses")
        text = BEGINS + secrets.token_urlsafe(32)
        now = timezone.now()
        token = Token.objects.create(user=user, name=name, hash=_hashed(text), made_at=now, expires_at=now + LASTS)
        record(who, f"token issued to {user.username}: {name}", f"token {token.pk}", after=_state(token))
    return token, text


def revoke(who: str, user: User, name: str) -> None:
    """Raises Mistake where the user has none of that name that holds."""
    with transaction.atomic():
        token = holding_of(user).select_for_update().filter(name=name).first()
        if token is None:
            known = [each.name for each in holding_of(user)]
            raise Mistake("the token", f"{user.username} has none named {name!r}", nearest(name, known))
        before = _state(token)
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record(
            who, f"token revoked of {user.username}: {name}", f"token {token.pk}", before=before, after=_state(token)
        )


def holding_of(user: User) -> QuerySet[Token]:
    """The tokens that hold, the newest first."""
    return Token.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())


def user_of(text: str, now: datetime | None = None) -> User | None:
    """Whose token it is; nobody's where it does not hold, or its user is closed."""
    token = Token.objects.select_related("user").filter(hash=_hashed(text), revoked_at=None).first()
    if token is None or token.expires_at <= (now or timezone.now()) or not token.user.is_active:
        return None
    return token.user


def token_state(number: str) -> str:
    """The digest of a token as it stands; "" where there is none."""
    token = Token.objects.filter(pk=number).first()
    return _state(token) if token else ""


def _state(token: Token) -> str:
    revoked = token.revoked_at.isoformat() if token.revoked_at else ""
    return digest([token.user.username, token.name, token.hash, token.expires_at.isoformat(), revoked])


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

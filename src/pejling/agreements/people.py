"""Users and their roles: made, changed and ended by the workspace's owner, each change in the audit log."""

import os
import pwd

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from pejling.agreements.audit import digest, record
from pejling.agreements.models import Role
from pejling.agreements.rights import ROLES, Held, Reader
from pejling.indicators.documents import nearest
from pejling.indicators.mistakes import Mistake


def reader(user: User) -> Reader:
    roles = Role.objects.filter(user_id=user.pk, ended_at=None).order_by("pk")
    return Reader(user.username, tuple(Held(role.role, role.unit) for role in roles))


def anybody() -> bool:
    """Can anyone at all sign in?"""
    return User.objects.filter(is_active=True).exists()


def add_user(who: str, name: str, password: str) -> User:
    """Raises Mistake where the name is taken, or the password is too easily guessed."""
    _strong(password, User(username=name))
    with transaction.atomic():
        free_name(name)
        user = User.objects.create_user(name, password=password)
        record(who, "user added", f"user {name}", after=_state(user))
    return user


def free_name(name: str) -> None:
    """Raises Mistake where somebody has it."""
    if User.objects.filter(username=name).exists():
        raise Mistake("user", f"{name!r} is taken", "Choose another name, or give that user a role")


def give_role(who: str, name: str, role: str, unit: str) -> None:
    """The same role at the same unit twice is once. Raises Mistake for a user or role nobody knows."""
    known_role(role)
    with transaction.atomic():
        user = _user(name)
        before = _state(user)
        if not Role.objects.filter(user=user, role=role, unit=unit, ended_at=None).exists():
            Role.objects.create(user=user, role=role, unit=unit)
            record(who, f"role given: {role} at {unit}", f"user {name}", before=before, after=_state(user))


def known_role(role: str) -> None:
    """Raises Mistake with the nearest."""
    if role not in ROLES:
        raise Mistake("--role", f"{role!r} is no role", nearest(role, list(ROLES)))


def end_role(who: str, name: str, role: str, unit: str) -> None:
    """Raises Mistake where the user does not hold it."""
    with transaction.atomic():
        user = _user(name)
        before = _state(user)
        ended = Role.objects.filter(user=user, role=role, unit=unit, ended_at=None).update(ended_at=timezone.now())
        if not ended:
            raise Mistake("user", f"{name} is not {role} at {unit}", "See who is what with `pejling user list`")
        record(who, f"role ended: {role} at {unit}", f"user {name}", before=before, after=_state(user))


def set_password(who: str, name: str, password: str) -> None:
    """Whoever is signed in as the user is signed out by it."""
    with transaction.atomic():
        user = _user(name)
        _strong(password, user)
        before = _state(user)
        user.set_password(password)
        user.save(update_fields=["password"])
        record(who, "password changed", f"user {name}", before=before, after=_state(user))


def set_address(who: str, name: str, address: str) -> None:
    """Where reminders go; "" for nowhere. Raises Mistake where it is no e-mail address."""
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise Mistake("the e-mail address", f"{address!r} is none", "Write name@place.dk") from None
    with transaction.atomic():
        user = _user(name)
        before = _state(user)
        user.email = address
        user.save(update_fields=["email"])
        record(who, "e-mail address changed", f"user {name}", before=before, after=_state(user))


def close_user(who: str, name: str) -> None:
    """The user can no longer sign in; what they signed keeps their name."""
    with transaction.atomic():
        user = _user(name)
        before = _state(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        record(who, "user closed", f"user {name}", before=before, after=_state(user))


def users() -> list[tuple[User, tuple[Held, ...]]]:
    return [(user, reader(user).held) for user in User.objects.order_by("username")]


def owner() -> str:
    """Whoever runs the command, by the name the machine knows them by."""
    try:
        return f"{pwd.getpwuid(os.getuid()).pw_name} (command)"
    except KeyError:
        return f"user {os.getuid()} (command)"


def user_state(name: str) -> str:
    """The digest of a user as they are; "" where there is none by that name."""
    user = User.objects.filter(username=name).first()
    return _state(user) if user else ""


def _state(user: User) -> str:
    held = [[each.role, each.unit] for each in reader(user).held]
    # of the password a digest of its hash: enough to see that it changed, too little to guess it from
    said = {"name": user.username, "active": user.is_active, "held": held, "password": digest(user.password)}
    return digest({**said, "address": user.email} if user.email else said)


def _user(name: str) -> User:
    user = User.objects.select_for_update().filter(username=name).first()
    if user is None:
        known = list(User.objects.values_list("username", flat=True))
        raise Mistake("user", f"there is no {name!r}", nearest(name, known))
    return user


def _strong(password: str, user: User) -> None:
    try:
        with override("en"):  # as all that the commands say
            validate_password(password, user)
    except ValidationError as weak:
        raise Mistake("the password", "it is too easily guessed", " ".join(weak.messages).rstrip(".")) from None

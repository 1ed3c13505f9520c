"""What the register refuses or cannot find, in words for the reader."""

from helpdesk.errors import Conflict, HelpdeskError, InstanceUnusable


class ResultPermanent(Conflict):
    """確定・通知済みのもの: somebody tried to change or delete what must stay as it is."""


class SlotsMissing(HelpdeskError):
    """コマ別データ: a resource's month that a calculation needs is not registered."""

    status = 422


class SlotFileUnusable(InstanceUnusable):
    """コマ別データのファイル: missing or damaged on disk."""

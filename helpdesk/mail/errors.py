"""メールの誤り: the one family of errors of this package."""


class MailError(Exception):
    """メールの誤り: base of all errors of the mail package; the message is Japanese and fit to be shown."""


class MailUnreadable(MailError):
    """解読不能メール: the bytes are no mail, or over a limit; the raw message belongs into the quarantine.

    `reason` says what is wrong and what to do.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailNotComposable(MailError):
    """送信メール作成不可: an outgoing mail was refused before any byte of it was made."""

"""What the mail templates refuse, in Japanese: which place and what to do."""


class MailTemplateError(Exception):
    """Base of this package's errors."""


class TemplateUnknown(MailTemplateError):
    """No mail or letter of this name."""


class FigureUnknown(MailTemplateError):
    """A text names figures that the calculation it is bound to does not have."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(
            f"差込項目 {'、'.join(keys)} は、添付した計算結果にありません。項目名を直すか、結果を添付し直してください"
        )

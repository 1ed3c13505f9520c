"""What the knowledge base refuses (ナレッジのエラー): every message says what is wrong, where, and what to do."""

from dataclasses import dataclass


class KnowledgeError(Exception):
    """Anything the knowledge base refuses; the message is Japanese and meant for the reader of the screen."""


@dataclass(frozen=True)
class Problem:
    """One fault of an input: the field it stands in and what to do about it."""

    where: str
    message: str


class InvalidArticle(KnowledgeError):
    """記事の入力不備: all problems of a manuscript or article file at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("記事を受け付けられません。" + " ".join(f"{p.where}: {p.message}" for p in problems))


class TransitionRefused(KnowledgeError):
    """状態違い: the revision or article is not in a state in which this can be done."""


class FourEyesRefused(KnowledgeError):
    """自己承認の拒否: the reviewer is the author."""


class RevisionFrozen(KnowledgeError):
    """改訂の変更禁止: a revision that has been submitted does not change any more."""


class StaleArticle(KnowledgeError):
    """更新の競合: somebody else changed the article since it was read."""


class IndexUnavailable(KnowledgeError):
    """検索索引なし: no index has been built yet, or its directory cannot be read."""

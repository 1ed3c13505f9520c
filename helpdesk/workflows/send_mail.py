"""What the outbox sends is written into the history of the case it belongs to, in the same transaction."""

from collections import Counter
from collections.abc import Callable

from sqlalchemy.orm import Session

from cases import history
from helpdesk.desk import Desk
from helpdesk.mail.models import OutboxMail
from helpdesk.mail.outbox_sending import send_outbox
from helpdesk.mail.smtp import SmtpTransport, transport_from

_KINDS = {"sent": "mail_sent", "failed": "mail_failed", "uncertain": "mail_uncertain"}


def send_due(
    desk: Desk, *, transport: SmtpTransport | None = None, stopping: Callable[[], bool] = lambda: False
) -> Counter[str]:
    """Send everything that is due; how many mails ended in which state."""

    def note(session: Session, row: OutboxMail) -> None:
        if row.state not in _KINDS:
            return
        content = {
            "outbox": row.id,
            "message_id": row.message_id,
            "to": row.to_address,
            "reply": row.last_reply,
            "possible_duplicate": row.possible_duplicate,
        }
        stream = f"case:{row.case_id}" if row.case_id else "outbox"
        history.record(
            session,
            stream,
            _KINDS[row.state],
            content,
            by=history.SYSTEM,
            now=desk.clock(),
            case_id=row.case_id,
        )

    return send_outbox(
        desk.database,
        desk.blobs,
        transport or transport_from(desk.settings),
        clock=desk.clock,
        on_outcome=note,
        stopping=stopping,
    )

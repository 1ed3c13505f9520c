"""`helpdesk kb`: searching and indexing the knowledge base, taking its articles along."""

from pathlib import Path

import click
from sqlalchemy import true

from helpdesk.commands.instance import opened, print_json, refuse, write_file
from helpdesk.errors import Problem, Refused
from helpdesk.workflows.index_knowledge import apply_changes, rebuild
from kb.export import published_files
from kb.search import search


@click.group(help="ナレッジ")
def command() -> None:
    """`helpdesk kb`."""


@command.command("search", help="公開中の記事を検索します")
@click.argument("query")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="1件を JSON 1行で出力します")
def search_command(query: str, limit: int, as_json: bool) -> None:
    """Search the published articles."""
    with opened() as desk:
        apply_changes(desk)
        hits = search(desk.knowledge, query, limit=limit)
        for hit in hits:
            excerpt = "".join(span.text for span in hit.excerpt)
            if as_json:
                print_json({"stem": hit.stem, "kind": hit.kind, "title": hit.title, "excerpt": excerpt})
            else:
                click.echo(f"{hit.stem}\t{hit.title}\n    {excerpt}")
        if not hits and not as_json:
            click.echo(f"「{query}」に当たる記事はありません")


@command.command("reindex", help="検索の索引を作り直します")
def reindex_command() -> None:
    """Build the index anew."""
    with opened() as desk:
        click.echo(f"{rebuild(desk)} 件の記事を索引にしました")


@command.command("export", help="公開中の記事をフォルダーに書き出します（Markdown）")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export_command(folder: Path) -> None:
    """Write each published article into a file of its own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        refuse(Refused([Problem(str(folder), "このフォルダーは作れません。場所を確かめてください")]))
    with opened() as desk, desk.database.read_session() as session:
        count = 0
        for name, text in published_files(session, visible=true()):
            write_file(folder / name, text.encode("utf-8"))
            count += 1
    click.echo(f"{count} 件の記事を {folder} に書き出しました")

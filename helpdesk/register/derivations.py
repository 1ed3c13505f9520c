"""導出: the results of a stored statement, each with its heading, for pages and letters alike."""

from typing import Any


def results_of(statement: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Heading and result of every rule of a statement, the business's total first, then resource by resource."""
    found = [("事業者の合計", statement["business_statement"])]
    for resource in statement["resources"]:
        found += [(f"{resource['name']}：{each['title']}", each["result"]) for each in resource["results"]]
    return found

"""YAML in, plain data out: how the tables of words, units and rules that come with the package are read."""

from typing import Any

import yaml

from schemas.material import text_of
from schemas.yaml_faults import BrokenTableError, NoSuchDateError, no_yaml

# The C loader is ten times faster, and a clerk's check starts with these; both are the safe ones.
_LOADER: type[yaml.SafeLoader] = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})


def _date(loader: yaml.SafeLoader, node: Any) -> Any:  # noqa: ANN401  a scalar in; a date, or one with a time
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        raise NoSuchDateError(problem=node.value, problem_mark=node.start_mark) from error


yaml.add_constructor("tag:yaml.org,2002:timestamp", _date, _LOADER)


def plain_data(text: str) -> Any:  # noqa: ANN401  what a model or a table is then made of
    """What a YAML text holds, without objects.

    Raises:
        yaml.YAMLError: it is none.
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506


def bundled(package: str, name: str) -> Any:  # noqa: ANN401
    """What a YAML file of a package holds.

    Raises:
        BrokenTableError: it is no YAML.
    """
    try:
        return plain_data(text_of(package, name))
    except (yaml.YAMLError, ValueError) as error:
        raise BrokenTableError(package, name, no_yaml(error)) from error

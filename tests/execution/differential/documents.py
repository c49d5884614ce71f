"""Random documents that are valid in a schema: one for each seed."""

from dataclasses import dataclass
from random import Random
from typing import Any, cast

from graphql import (
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_union_type,
)

from execution.objects import names_of
from tests.execution.differential.arguments import Arguments

# So deep an operation goes, and so many fields a part of it selects at most, or somewhat more.
_DEPTH = 8
_SIZE = 30
_KINDS = ("query",) * 7 + ("mutation",) * 2 + ("subscription",)


@dataclass(frozen=True)
class Request:
    """A document and the values of its variables."""

    document: str
    variables: dict[str, Any]


@dataclass(frozen=True)
class _Fragment:
    name: str
    on: str


def _leads(field: GraphQLField) -> str:
    """Tell whether a field returns values, objects that have values alone, or others."""
    returned = get_named_type(field.type)
    if not is_composite_type(returned):
        return "to values"
    below = getattr(returned, "fields", {}).values()
    leads_on = any(is_composite_type(get_named_type(each.type)) for each in below)
    return "on" if leads_on or is_abstract_type(returned) else "to objects"


class Documents:
    """Makes the documents of a schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        # Whichever types a fragment may name where some type is.
        self._conditions: dict[str, set[str]] = {}
        for names in names_of(schema).values():
            for name in names:
                self._conditions.setdefault(name, set()).update(names)

    def request(self, seed: int) -> Request:
        """Return the one document of a seed."""
        random = Random(seed)  # noqa: S311 - it is to be foreseen.
        return _Writer(self._schema, self._conditions, random).request()


class _Writer:
    """Writes one document.

    A name in an answer stands for the same field, with the same arguments and the same type,
    wherever in the document it is used: so any two selections of a place can be merged.
    """

    def __init__(
        self, schema: GraphQLSchema, conditions: dict[str, set[str]], random: Random
    ) -> None:
        self._schema, self._conditions, self._random = schema, conditions, random
        self._arguments = Arguments(random)
        self._names: dict[str, tuple[str, str, str]] = {}
        self._fragments: list[_Fragment] = []
        self._definitions: list[str] = []
        self._left = _SIZE

    def request(self) -> Request:
        roots = {
            "query": self._schema.query_type,
            "mutation": self._schema.mutation_type,
            "subscription": self._schema.subscription_type,
        }
        # Not every slice has all of them.
        kind = self._random.choice([each for each in _KINDS if roots[each] is not None])
        root = cast("GraphQLObjectType", roots[kind])
        if kind == "subscription":
            name = self._random.choice(sorted(root.fields))
            selected = self._field(root.name, root.fields[name], name, _DEPTH)
        else:
            selected = " ".join(self._part(root) for _ in range(self._random.choice((1, 2, 3, 4))))
        variables = ", ".join(self._arguments.definitions)
        signature = f"{kind} Made({variables})" if variables else kind
        parts = [f"{signature} {{ {selected} }}", *self._definitions]
        self._random.shuffle(parts)
        return Request("\n".join(parts), self._arguments.variables)

    def _part(self, root: GraphQLObjectType) -> str:
        # What one part has used up, the others do not lack.
        self._left = self._random.randrange(_SIZE // 5, _SIZE)
        return self._selections(root, _DEPTH)

    def _selections(self, each: GraphQLCompositeType, depth: int) -> str:
        """Write what is selected of a type, which is something."""
        selected: list[str] = []
        fields = self._fields(each)
        for _ in range(self._random.choice((1, 2, 3, 3, 4, 5, 7))):
            selected.append(self._selection(each, fields, depth))
            self._left -= 1
            if self._left < 0:
                break
        if self._random.random() < 0.1:
            # The same again, and something else beside it.
            selected.append(self._random.choice(selected))
        return " ".join(selected)

    def _fields(self, each: Any) -> dict[str, list[str]]:
        """Return the fields of a type in a random order, by where they lead."""
        fields: dict[str, GraphQLField] = getattr(each, "fields", {})
        led: dict[str, list[str]] = {"on": [], "to objects": [], "to values": []}
        for name in self._random.sample(sorted(fields), len(fields)):
            led[_leads(fields[name])].append(name)
        return led

    def _selection(self, each: Any, fields: dict[str, list[str]], depth: int) -> str:
        random = self._random
        goes_on = depth > 0 and self._left > 0
        if goes_on and (is_union_type(each) or random.random() < 0.2):
            return self._fragment(each, depth)
        wanted = random.choices(("on", "to objects", "to values"), (5, 1, 3))[0]
        names = fields[wanted if goes_on else "to values"]
        if goes_on and not names:
            names = next((led for led in fields.values() if led), [])
        if not names or random.random() < 0.05:
            alias = random.choice(("", "", "kind_: "))
            return f"{alias}__typename{self._arguments.condition()}"
        # None is selected again before all are, but now and then.
        name = names.pop(0)
        names.insert(0 if random.random() < 0.1 else len(names), name)
        return self._field(each.name, each.fields[name], name, depth)

    def _field(self, parent: str, field: GraphQLField, name: str, depth: int) -> str:
        written = self._called(parent, field, name) + self._condition(parent)
        returned = get_named_type(field.type)
        if is_composite_type(returned):
            written += f" {{ {self._selections(returned, depth - 1)} }}"
        return written

    def _condition(self, parent: str) -> str:
        # A subscription has one root field, and it is selected whatever the variables are.
        return "" if parent == "Subscription" else self._arguments.condition()

    def _called(self, parent: str, field: GraphQLField, name: str) -> str:
        """Write a field under a name that is free or stands for just this, with its arguments."""
        # Fields of several types may share a name in the answer, unless they take arguments.
        stands_for = (f"{parent}.{name}" if field.args else name, str(field.type))
        number = self._random.choice((0, 0, 0, 1, 2))
        while True:
            called = f"{name}_{number}" if number else name
            if called not in self._names:
                self._names[called] = (*stands_for, self._arguments.of(field))
            *known, arguments = self._names[called]
            if tuple(known) == stands_for:
                return f"{called}: {name}{arguments}" if number else f"{name}{arguments}"
            number += 1

    def _fragment(self, each: GraphQLCompositeType, depth: int) -> str:
        conditions = sorted(self._conditions[each.name])
        known = [fragment.name for fragment in self._fragments if fragment.on in conditions]
        chance = self._random.random()
        if known and chance < 0.3:
            return f"...{self._random.choice(known)}{self._arguments.condition()}"
        if is_abstract_type(each) and self._random.random() < 0.7:
            # Few of the types that overlap with it are its own.
            conditions = [possible.name for possible in self._schema.get_possible_types(each)]
        on: Any = self._schema.type_map[self._random.choice(conditions)]
        if chance < 0.5:
            return self._named(on, depth) + self._arguments.condition()
        if chance < 0.6:
            return f"...{self._arguments.condition()} {{ {self._selections(each, depth - 1)} }}"
        condition = self._arguments.condition()
        return f"... on {on.name}{condition} {{ {self._selections(on, depth - 1)} }}"

    def _named(self, on: GraphQLCompositeType, depth: int) -> str:
        selected = self._selections(on, depth - 1)
        # It is known only now, so that it does not spread itself.
        name = f"F{len(self._fragments)}"
        self._fragments.append(_Fragment(name, on.name))
        self._definitions.append(f"fragment {name} on {on.name} {{ {selected} }}")
        return f"...{name}"

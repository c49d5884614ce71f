"""A plan, and how it is run: breadth first, one call for each place of the answer.

    query { products { nodes { name category { name } variants { nodes { sku } } } } }

    products ──────────── Root: one call
      nodes { name }      code over each product's row
      ├─ category ─────── Read: one call for the categories of all the products
      │    name           code over each category's row
      └─ variants ─────── Read: one call for the pages of all the products, beside the other
           nodes { sku }  code over each page

What a call answers is completed at once, all of it, and tells what is to be read below. So a place
is read once, however many objects stand there.
"""

from asyncio import gather
from collections.abc import Mapping

from graphql import ExecutionResult

from execution.plan.run import Parent, Run
from execution.plan.selections import Constant, Selection
from execution.plan.steps import Step


class Plan:
    """What one operation does, for given values of the variables that leave fields out.

    `size` is how many fields it has, which is about how much memory it takes.
    """

    def __init__(self, root: Selection, *, is_serial: bool, size: int) -> None:
        self._root, self._is_serial, self.size = root, is_serial, size

    async def execute(self, run: Run) -> ExecutionResult:
        """Run it; the fields of a mutation one after another, each with all that is below it."""
        answer = {
            each.key: each.value if isinstance(each, Constant) else None
            for each in self._root.fields
        }
        run.top.container[run.top.key] = answer
        parent = Parent(run.root_value, answer, run.top)
        if not self._is_serial:
            await _answer_all({step: [parent] for step in self._root.steps}, run)
        for step in self._root.steps if self._is_serial else ():
            # Once the whole answer is null, what would be the next is done no more.
            await _answer(step, [parent], run)
        return ExecutionResult(run.top.container[run.top.key], run.errors or None)


async def _answer_all(asked: Mapping[Step, list[Parent]], run: Run) -> None:
    # Most levels have one read, for which no task is needed.
    if len(asked) == 1:
        ((step, parents),) = asked.items()
        await _answer(step, parents, run)
    elif asked:
        await gather(*(_answer(step, parents, run) for step, parents in asked.items()))


async def _answer(step: Step, parents: list[Parent], run: Run) -> None:
    parents = run.still_there(parents)
    if parents:
        step.complete(parents, await step.values(parents, run), run)
        await _answer_all(run.take_asked(), run)

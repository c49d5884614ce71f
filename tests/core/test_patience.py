import asyncio

import pytest

from core.patience import Patience

pytestmark = pytest.mark.anyio

LONG, SHORT = 60.0, 0.01


async def never() -> None:
    await asyncio.get_running_loop().create_future()


async def test_what_ends_in_time_is_left_alone() -> None:
    with Patience(SHORT):
        await asyncio.sleep(0)
    # Its time passes without it.
    await asyncio.sleep(2 * SHORT)

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_takes_longer_is_cancelled() -> None:
    with pytest.raises(TimeoutError), Patience(SHORT):
        await never()

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_an_error_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="other"), Patience(LONG):
        raise ValueError("other")


async def test_an_error_that_is_raised_on_the_way_out_stays_what_it_is() -> None:
    async def failing() -> None:
        try:
            await never()
        finally:
            raise ValueError("other")

    with pytest.raises(ValueError, match="other"), Patience(SHORT):
        await failing()


async def test_who_is_cancelled_by_others_is_cancelled() -> None:
    async def waiting() -> None:
        with Patience(LONG):
            await never()

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_who_is_cancelled_by_both_is_cancelled() -> None:
    async def waiting() -> None:
        with Patience(SHORT):
            try:
                await never()
            finally:
                task.cancel()

    task = asyncio.create_task(waiting())

    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("outer", "inner"), [(SHORT, LONG), (LONG, SHORT)])
async def test_the_one_whose_time_is_over_raises(outer: float, inner: float) -> None:
    seen = list[str]()

    async def waiting() -> None:
        with Patience(outer):
            try:
                with Patience(inner):
                    await never()
            except TimeoutError:
                seen.append("inner")

    if outer < inner:
        with pytest.raises(TimeoutError):
            await waiting()
        assert seen == []
    else:
        await waiting()
        assert seen == ["inner"]


async def test_it_goes_with_the_time_outs_of_asyncio() -> None:
    async def waiting() -> None:
        async with asyncio.timeout(SHORT):
            with Patience(LONG):
                await never()

    with pytest.raises(TimeoutError):
        await waiting()

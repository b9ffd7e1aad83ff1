from asyncio import Transport, run, sleep

from qabot.api.joined_writes import JoinedWrites


class Recorded(Transport):
    """Notes what is done with it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[object] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Note what is sent."""
        self.done.append(bytes(data))

    def close(self) -> None:
        """Note it."""
        self.done.append("closed")

    def abort(self) -> None:
        """Note it."""
        self.done.append("aborted")


def test_head_and_body_are_sent_together() -> None:
    """What is written in one step is one write, in its order; the next step's is another."""

    async def written() -> list[object]:
        recorded = Recorded()
        joined = JoinedWrites(recorded)
        joined.write(b"head ")
        joined.write(b"body")
        assert recorded.done == []
        await sleep(0)
        joined.write(b"more")
        await sleep(0)
        return recorded.done

    assert run(written()) == [b"head body", b"more"]


def test_nothing_is_left_when_it_is_closed() -> None:
    """Closing sends what was written first; aborting sends nothing."""

    async def ended(end: str) -> list[object]:
        recorded = Recorded()
        joined = JoinedWrites(recorded)
        joined.write(b"head ")
        joined.write(b"body")
        getattr(joined, end)()
        await sleep(0)
        return recorded.done

    assert run(ended("close")) == [b"head body", "closed"]
    assert run(ended("abort")) == ["aborted"]

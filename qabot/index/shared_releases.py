"""The builds of an index on disk and, where one is set, in the store that machines share them by.

Whatever goes live does so in the store first. On disk each machine takes it over: it is pulled into
a draft, every hash is checked, and it is put in place as one that was made here.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from qabot.encoder.base import Progress, silent
from qabot.index import opening, releases
from qabot.index.build_store import BuildStore, Current
from qabot.index.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Listed:
    """The builds that there are."""

    manifests: Sequence[Manifest]  #: newest first
    live: str | None
    were_live: Set[str]  #: the live one, and those that were it once


@dataclass(frozen=True, slots=True)
class SharedReleases:
    """The builds of an index."""

    index: Path
    store: BuildStore | None = None  #: None: this machine keeps them for itself
    milvus: str = ""  #: address of the Milvus that is told which build is live; "": none

    def current(self) -> Current:
        """Return what is live in the store, or here where there is none."""
        return self.store.current() if self.store else Current(releases.current_id(self.index))

    def listed(self) -> Listed:
        """Return all builds, here or in the store."""
        stored = self.store.manifests() if self.store else []
        every = {one.id: one for one in (*stored, *releases.manifests(self.index))}
        return Listed(
            [every[build] for build in sorted(every, reverse=True)],
            self.current().build,
            releases.were_live(self.index) | {one.id for one in stored},
        )

    def pull(self, current: Current, done: Progress = silent) -> bool:
        """Take over the build that is live in the store; return whether it is another.

        `done` is told of each chunk's bytes; what it raises ends it. Raises BuildRefused where the
        build is damaged or of another format; what is live here stays.
        """
        if not self.store or current.build in (None, releases.current_id(self.index)):
            return False
        if releases.whole(self.index, current.build):
            releases.use(self.index, current.build)
        else:
            self._pull_and_use(self.store, current.build, done, instead_of=None)
        return True

    def use(self, build: str, instead_of: Current | None = None) -> Manifest:
        """Make a build live, in the store too; it is pushed or pulled where it is not there.

        `instead_of` is what is live as far as the caller knows, None: whatever is. Raises BadInput
        where there is no such build, BuildRefused where it is damaged or another one is live.
        """
        if not self.store:
            return opening.use(self.index, build, self.milvus)
        instead_of = instead_of or self.store.current()
        manifest = releases.whole(self.index, build)
        if manifest is None:
            manifest = self._pull_and_use(self.store, build, silent, instead_of)
            opening.tell_milvus(self.index, self.milvus)
            return manifest
        self.store.push(releases.build_folder(self.index, build), manifest)
        self.store.make_live(build, instead_of)
        return opening.use(self.index, build, self.milvus)

    def _pull_and_use(
        self, store: BuildStore, build: str, done: Progress, instead_of: Current | None
    ) -> Manifest:
        manifest = store.manifest(build)
        with releases.draft(self.index) as draft:
            store.pull(manifest, draft, self._here(), done)
            if instead_of:
                store.make_live(build, instead_of)
            releases.publish(self.index, draft, manifest)
        return manifest

    def _here(self) -> dict[str, Path]:
        """Return the files of the builds that are here, by their SHA-256."""
        builds = releases.builds_folder(self.index)
        return {
            recorded: builds / one.id / name
            for one in releases.manifests(self.index)
            for name, recorded in one.hashes.items()
        }

"""Videos and sounds of an article, each once."""

from __future__ import annotations

import dataclasses

from crawler.items import ArticleAudio, ArticleVideo

Recording = ArticleVideo | ArticleAudio

_IDENTIFYING = ("contentUrl", "embedUrl", "mediaId")


@dataclasses.dataclass(slots=True)
class Recordings:
    """Videos and sounds in the order of the page."""

    videos: list[ArticleVideo] = dataclasses.field(default_factory=list)
    audios: list[ArticleAudio] = dataclasses.field(default_factory=list)

    def add(self, recording: Recording) -> None:
        """A recording once, however many players are written for it: what one leaves out, another
        may say.
        """
        if isinstance(recording, ArticleAudio):
            if all(recording.url != audio.url for audio in self.audios):
                self.audios.append(recording)
            return
        known = self.same_as(recording)
        if known is not None:
            fill_in(known, recording)
        elif any(getattr(recording, name) for name in (*_IDENTIFYING, "thumbnailUrl")):
            self.videos.append(recording)

    def same_as(self, video: ArticleVideo) -> ArticleVideo | None:
        """The video that has an address or the id of this one."""
        named = {
            name: value for name in _IDENTIFYING if (value := getattr(video, name)) is not None
        }
        for known in self.videos:
            if any(getattr(known, name) == value for name, value in named.items()):
                return known
        return None


def fill_in(video: ArticleVideo, other: ArticleVideo) -> None:
    """What *video* leaves out, as *other* has it."""
    for name in (*_IDENTIFYING, "thumbnailUrl", "duration"):
        if getattr(video, name) is None:
            setattr(video, name, getattr(other, name))

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
        stated = [getattr(recording, name) for name in _IDENTIFYING]
        if not (any(stated) or recording.thumbnailUrl):
            return
        for video in self.videos:
            if any(
                mine is not None and mine == getattr(video, name)
                for name, mine in zip(_IDENTIFYING, stated, strict=True)
            ):
                for name in (*_IDENTIFYING, "thumbnailUrl", "duration"):
                    if getattr(video, name) is None:
                        setattr(video, name, getattr(recording, name))
                return
        self.videos.append(recording)

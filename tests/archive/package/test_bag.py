"""Bags, of ours and of others, as directories and zipped."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest
from support.packages import Packages, check, failures, rezip, unzip, zip_of_bag

A = "a-20260302070500123-00000-host.warc.gz"
B = "b-20260302070500123-00000-host.warc.gz"
WARC = Path("data/warc")


def test_an_intact_bag_is_nothing_to_speak_of_zipped_or_not(packages: Packages) -> None:
    for path in (packages.bag, zip_of_bag(packages.bag)):
        report = check(path)
        assert [] == report.findings
        assert ("bag", 9, 14) == (report.kind, report.files, report.records)


def exchange(bag: Path) -> None:
    (bag / WARC / A).rename(bag / "c")
    (bag / WARC / B).rename(bag / WARC / A)
    (bag / "c").rename(bag / WARC / B)


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda bag: (bag / name).write_bytes(change((bag / name).read_bytes()))


def flip(data: bytes) -> bytes:
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


DAMAGES: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]]]] = {
    "a bit flipped": (
        edit(f"data/warc/{A}", flip),
        {("package-altered", A), ("member-damaged", A)},
    ),
    "cut": (edit(f"data/warc/{B}", lambda data: data[:-9]), {("file-cut", B)}),
    "gone": (lambda bag: (bag / WARC / B).unlink(), {("package-missing", "a.bag")}),
    "more": (lambda bag: (bag / "data/x").touch(), {("package-unlisted", "x")}),
    "exchanged": (exchange, {("package-altered", A), ("package-altered", B)}),
    "an index altered": (
        edit("data/index/index.cdxj", lambda data: data.replace(b"200", b"404", 1)),
        {("package-altered", "index.cdxj"), ("cdxj-value", "index.cdxj")},
    ),
    "a manifest altered": (
        edit("manifest-sha256.txt", lambda data: b"0" + data[1:]),
        {("package-altered", "manifest-sha256.txt")},
    ),
    "a manifest of nonsense": (
        edit("manifest-sha512.txt", lambda data: b"rubbish\n" + data),
        {("package-description", "a.bag")},
    ),
    "a manifest that is no text": (
        edit("manifest-sha512.txt", lambda _: b"\xff\xfe\xff"),
        {("package-description", "a.bag")},
    ),
    "a manifest that leads out": (
        edit("manifest-sha256.txt", lambda data: data + b"0" * 64 + b"  ../../x\n"),
        {("package-description", "a.bag")},
    ),
    "a manifest gone": (
        lambda bag: (bag / "manifest-sha512.txt").unlink(),
        {("package-missing", "a.bag")},
    ),
    "a tag manifest gone": (
        lambda bag: (bag / "tagmanifest-sha256.txt").unlink(),
        {("package-missing", "a.bag")},
    ),
    "no bagit.txt": (
        lambda bag: (bag / "bagit.txt").unlink(),
        {("package-description", "a.bag")},
    ),
    "another version": (
        edit("bagit.txt", lambda data: data.replace(b"1.0", b"9.9")),
        {("package-description", "a.bag")},
    ),
    "no payload": (lambda bag: shutil.rmtree(bag / "data"), {("package-missing", "a.bag")}),
    "another count": (
        edit("bag-info.txt", lambda data: data.replace(b".3\n", b".4\n")),
        {("package-altered", "bag-info.txt"), ("package-description", "a.bag")},
    ),
    "a link": (
        lambda bag: (bag / "data/lien-ket").symlink_to("/etc/passwd"),
        {("package-unsafe", "lien-ket")},
    ),
    "a linked folder": (
        lambda bag: (bag / "data/thu-muc").symlink_to("/etc"),
        {("package-unsafe", "thu-muc")},
    ),
    "a pipe": (lambda bag: os.mkfifo(bag / "data/ong"), {("package-unsafe", "ong")}),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_every_damage_is_named(packages: Packages, name: str) -> None:
    damage, expected = DAMAGES[name]
    damage(packages.bag)
    assert expected <= failures(packages.bag)


def test_a_damaged_bag_is_named_when_zipped(packages: Packages) -> None:
    path = zip_of_bag(packages.bag)
    files = unzip(path)
    files[f"a.bag/data/warc/{B}"] = files[f"a.bag/data/warc/{B}"][:-9]
    rezip(path, [*files.items(), ("cạnh.txt", b"x")])
    assert {("package-altered", B), ("file-cut", B), ("package-unlisted", "cạnh.txt")} <= failures(
        path
    )


def test_a_bag_of_another_program_is_read_with_its_warc_files(
    packages: Packages, tmp_path: Path
) -> None:
    theirs = tmp_path / "của họ"
    theirs.mkdir()
    shutil.copy(packages.warc, theirs)
    (theirs / "ghi chú.txt").write_text("Chào", encoding="utf-8")
    bagit.make_bag(str(theirs), {"Contact-Name": "Lan"}, checksums=["md5", "sha1"])
    assert set() == failures(theirs)
    assert 15 == check(theirs).records

    path = theirs / "data" / packages.warc.name
    path.write_bytes(flip(path.read_bytes()))
    assert {("package-altered", packages.warc.name), ("member-damaged", packages.warc.name)} <= (
        failures(theirs)
    )


def test_who_makes_the_manifests_anew_does_not_deceive_the_records(packages: Packages) -> None:
    """A record altered, and every digest of the bag as it must be then."""
    bag = packages.bag
    edit(f"data/warc/{A}", flip)(bag)
    for kind, folder in (("manifest", "data"), ("tagmanifest", ".")):
        for algorithm in ("sha256", "sha512"):
            manifest = bag / f"{kind}-{algorithm}.txt"
            names = [line.split("  ", 1)[1] for line in manifest.read_text().splitlines()]
            digests = [hashlib.new(algorithm, (bag / n).read_bytes()).hexdigest() for n in names]
            lines = [f"{digest}  {name}\n" for digest, name in zip(digests, names, strict=True)]
            manifest.write_text("".join(lines))
            assert folder
    bagit.Bag(str(bag)).validate()
    assert {("member-damaged", A)} <= failures(bag)

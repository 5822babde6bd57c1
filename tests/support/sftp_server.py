"""A real SFTP server on a free loopback port: ``python -m support.sftp_server DIRECTORY``.

Prints its port; accepts user ``kho`` with password ``mật-khẩu``; ends with its standard input.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import asyncssh


class Server(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("kho", "secret")


async def main(directory: Path) -> None:
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=Server,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(directory)),
    )
    print(server.get_port(), flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

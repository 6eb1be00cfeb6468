package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Clears a path in our own runtime directory without losing what lies on it.
record Aside(Path path, SocketOwner owner) {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final int TRIES = 100;

    void clear() throws TmuxException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (isSocket(path)) {
            switch (SocketProbe.ask(path)) {
                // A socket that nobody listens on is what tmux itself removes.
                case SocketProbe.Answer.Nobody() -> {}
                case SocketProbe.Answer.Listens() -> move(name());
                case SocketProbe.Answer.Unclear(var why) -> move(name());
            }
        } else {
            move("aside");
        }
    }

    /// `ghost-PID` of the server that answers there.
    private String name() {
        long pid = owner.answering();
        return pid == 0 ? "other" : "ghost-" + pid;
    }

    static boolean isSocket(Path path) throws TmuxException {
        try {
            return ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE) == SOCKET;
        } catch (IOException e) {
            throw TmuxException.refused("cannot look at " + path + ": " + Why.of(e));
        }
    }

    private void move(String suffix) throws TmuxException {
        var to = path.resolveSibling(path.getFileName() + "." + suffix);
        for (int i = 2; Files.exists(to, LinkOption.NOFOLLOW_LINKS) && i < TRIES; i++) {
            to = path.resolveSibling(path.getFileName() + "." + suffix + "-" + i);
        }
        try {
            Files.move(path, to);
        } catch (IOException e) {
            throw TmuxException.refused(path + " is in the way and cannot be put aside: " + Why.of(e));
        }
    }
}

package dev.reconciler.host;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/// Whether the program behind a terminal reads keys (raw) or lines. Asked of the kernel; where there is no way to it, of
/// `stty`.
final class Tty implements Keyboard.RawTerminal {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /// `struct termios` of the kernel: four 32-bit flag words come first, the local ones last.
    private static final int LOCAL_FLAGS = 12;

    private static final int ICANON = 0x2;

    private final SortedMap<String, String> environment;

    Tty(SortedMap<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public boolean raw(String path) throws TmuxException {
        try {
            return (flags(path) & ICANON) == 0;
        } catch (Errno e) {
            if (e.number() != Errno.ENOSYS) {
                throw TmuxException.refused("cannot look at the terminal " + path + ": " + e.getMessage());
            }
        }
        return switch (new Command(List.of("stty", "-F", path, "-a"), environment).run(LIMIT)) {
            case Command.Outcome.Ended(int code, var out, var err) when code == 0 -> out.contains("-icanon");
            case Command.Outcome.Ended(int code, var out, var err) ->
                    throw TmuxException.refused("cannot look at the terminal " + path + ": " + err.strip());
            case Command.Outcome.TimedOut(var limit) ->
                    throw TmuxException.refused("cannot look at the terminal " + path + ": stty does not end");
            case Command.Outcome.NotStarted(var why) -> throw TmuxException.refused(why);
        };
    }

    private static int flags(String path) throws Errno {
        int fd = Native.openTerminal(path);
        try (var arena = Arena.ofConfined()) {
            var termios = arena.allocate(64, 8);
            Native.terminalState(fd, termios);
            return termios.get(ValueLayout.JAVA_INT, LOCAL_FLAGS);
        } finally {
            Native.close(fd);
        }
    }
}

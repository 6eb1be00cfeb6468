package dev.reconciler.host;

import dev.reconciler.host.ServerTable.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// `lsof` about the tmux servers of this user: the second witness, and the only one where there is no `/proc`.
record Lsof(SortedMap<String, String> environment) {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    Witness ask() {
        var user = ProcessHandle.current().info().user().orElse(System.getProperty("user.name", ""));
        var argv = List.of("lsof", "-w", "-n", "-P", "-U", "-a", "-u", user, "-c", "tmux", "-F", "pcnT0");
        return switch (new Command(argv, environment).run(LIMIT)) {
            case Command.Outcome.NotStarted(var why) -> new Witness(new TreeMap<>(), why);
            case Command.Outcome.TimedOut(var limit) ->
                    new Witness(new TreeMap<>(), "lsof did not answer within " + limit.toSeconds() + " s");
            // 1 also means that nothing was found.
            case Command.Outcome.Ended(int code, var out, var err) ->
                    code <= 1
                            ? parse(out)
                            : new Witness(new TreeMap<>(), "lsof ended with " + code + ": " + err.strip());
        };
    }

    /// Lines of NUL-terminated fields: `p` pid and `c` command begin a process, `f` a descriptor, with `n` its name and
    /// `TST=` its state.
    static Witness parse(String text) {
        var listening = new TreeMap<Long, List<String>>();
        long pid = 0;
        boolean server = false;
        for (var line : text.split("\n")) {
            var name = "";
            boolean listens = false;
            for (var field : line.split("\0")) {
                if (field.isEmpty()) {
                    continue;
                }
                var value = field.substring(1);
                switch (field.charAt(0)) {
                    case 'p' -> pid = number(value);
                    case 'c' -> server = ServerFacts.isServer(value);
                    case 'n' -> name = path(value);
                    case 'T' -> listens |= value.equals("ST=LISTEN");
                    default -> {}
                }
            }
            if (server && listens && !name.isEmpty() && !name.startsWith("type=")) {
                listening.computeIfAbsent(pid, p -> new ArrayList<>(1)).add(name);
            }
        }
        return new Witness(listening, null);
    }

    private static String path(String name) {
        int type = name.lastIndexOf(" type=");
        return type < 0 ? name : name.substring(0, type);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}

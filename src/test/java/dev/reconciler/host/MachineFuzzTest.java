package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.fuzz.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever tmux, the kernel and lsof say.
@Tag("fuzz")
class MachineFuzzTest {
    private static final String STAT =
            "4711 (tmux: server) S 1 4711 4711 0 -1 4194560 9 0 0 0 1 2 0 0 20 0 1 0 123456 9 9 9\n";

    @Test
    void control_mode() throws IOException {
        new Fuzz("control mode")
                .seeds(
                        "%begin 1700000000 1 1\n%end 1700000000 1 1\n",
                        "%begin 1 2 1\nhello\n%end 1 2 1\n%sessions-changed\n%output %1 x\\033[1m\n",
                        "%begin 1 3 0\nno\n%error 1 3 0\n%session-window-changed $1 @1\n%exit\n")
                .tokens("%begin ", "%end ", "%error ", "%exit\n", "%output ", "1 2 1\n", "\n%end 1 2 1\n")
                .run(input -> assertEquals(fed(input, input.length), fed(input, 1 + input.length % 7),
                        "cut otherwise"));
    }

    /// What all of it comes to, given in pieces of this size.
    private static List<String> fed(byte[] input, int size) {
        var parser = new ControlParser();
        var events = new ArrayList<String>();
        for (int at = 0; at < input.length; at += size) {
            var part = Arrays.copyOfRange(input, at, Math.min(at + size, input.length));
            for (var event : parser.feed(part, part.length)) {
                events.add(event instanceof ControlParser.Event.Block block
                        ? block.ours() + " " + block.error() + " " + block.text()
                        : event.toString());
            }
        }
        return events;
    }

    @Test
    void stat_lines() throws IOException {
        new Fuzz("stat lines").seeds(STAT, STAT.replace("tmux: server", ") ) S (a"))
                .tokens("(", ")", " Z ")
                .run(input -> {
                    var line = StatLine.parse(input, input.length);
                    assertTrue(line == null || line.name().length() <= input.length);
                });
    }

    @Test
    void panes() throws IOException {
        var mark = "r1 5eed5eed5eed5eed default ada 38ae74583281ad52-1 1:6ece0ddbd8eabe89 1 enabled";
        new Fuzz("panes")
                .seeds(String.join("\t", "$1", "ada", "%1", "4711", "0", "", "", "0", "1", mark, "5eed5eed"),
                        String.join("|", "$1", "ada", "%1", "4711", "1", "0", "9", "2", "", "", ""))
                .tokens("$", "%", "\t", "|", mark)
                .run(input -> {
                    try {
                        PaneLines.parse(new String(input, StandardCharsets.UTF_8));
                    } catch (IllegalArgumentException e) {
                        // Refused, with a sentence.
                        assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
                    }
                });
    }

    @Test
    void lsof() throws IOException {
        new Fuzz("lsof")
                .seeds("p4711\0ctmux: server\0\nf6\0n/tmp/tmux-0/default type=STREAM\0TST=LISTEN\0\n",
                        "p1\0ctmux\0\nf5\0ntype=STREAM\0\n")
                .tokens("p", "\0", "TST=LISTEN\0", " type=", "ctmux: server\0")
                .run(input -> Lsof.parse(new String(input, StandardCharsets.UTF_8)));
    }

    /// A whole `/proc`, of one process whose files hold anything.
    @Test
    void proc(@TempDir Path root) throws IOException {
        var own = Long.toString(ProcessHandle.current().pid());
        for (var pid : List.of("self", own, "4711")) {
            Files.createDirectories(root.resolve(pid).resolve("fd"));
            Files.writeString(root.resolve(pid).resolve("stat"), STAT);
        }
        var proc = new Proc(root);
        new Fuzz("proc")
                .seeds(STAT, "RECONCILER_RUN_ID=38ae74583281ad52-1\0PATH=/bin\0", "tmux\0-L\0x\0new\0")
                .tokens("RECONCILER_RUN_ID=", "RECONCILER_SERVER=", "=", "(", ")")
                .run(input -> {
                    var file = List.of("stat", "environ", "cmdline").get(Math.floorMod(Arrays.hashCode(input), 3));
                    Files.write(root.resolve("4711").resolve(file), input);
                    proc.scan();
                    proc.look(4711);
                });
        proc.close();
    }
}

package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Settings;
import dev.reconciler.server.Request;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a command begins: the daemon renders it, or it is run here.
public final class Main {
    /// The launcher becomes the script on standard output.
    static final int EXEC = 120;

    /// What a manifest or a message may have.
    private static final int INPUT_MAX = 1 << 20;

    /// What a shell reports of a program ended by SIGPIPE.
    static final int BROKEN_PIPE = 141;

    private Main() {}

    public static void main(String[] words) {
        System.exit(run(words));
    }

    /// Also called by the client's small jar, for what it does not hold itself.
    public static int run(String[] words) {
        try {
            return run(List.of(words));
        } catch (NoClassDefFoundError e) {
            // A `config.yaml` that says where things are: YAML is read by the whole program.
            if (!Whole.isElsewhere()) {
                throw e;
            }
            return Whole.run(List.of(words));
        }
    }

    private static int run(List<String> arguments) {
        var verb = Words.verb(arguments);
        var directory = Path.of("").toAbsolutePath();
        // About this program: no daemon and no settings have a say in it.
        if (Words.help(arguments)) {
            return here(arguments, directory);
        }
        var own = Words.ownSocket(Words.directories(arguments), System.getenv());
        try {
            if (own != null && (Words.rendered(verb) || Words.asked(verb, arguments))) {
                int code = Client.ask(own, verb, request(verb, arguments, directory, ""));
                if (code == Client.NO_DAEMON) {
                    say("error: nobody listens on " + own + ": the daemon that this run belongs to is not running, and"
                            + " without it nothing tells what the run may do (done and heartbeat need no daemon)");
                    return Words.couldNotLook(verb);
                }
                if (code != 0 || Words.rendered(verb)) {
                    return code;
                }
            } else if (Words.rendered(verb)) {
                int code = ask(verb, arguments, directory);
                if (code != Client.NO_DAEMON) {
                    return code;
                }
            }
        } catch (Access.Refusal | IOException e) {
            say("error: " + e.getMessage());
            return Words.couldNotLook(verb);
        }
        return here(arguments, directory);
    }

    private static int here(List<String> arguments, Path directory) {
        return Whole.isElsewhere() ? Whole.run(arguments) : LocalCall.run(arguments, directory);
    }

    private static int ask(String verb, List<String> arguments, Path directory) throws Access.Refusal, IOException {
        var flags = Words.directories(arguments);
        var environment = System.getenv();
        var directories = Settings.directories(flags, environment, directory);
        var manifests = Words.given(flags.manifests(), environment.get("RECONCILER_MANIFESTS"))
                ? directories.manifests().toString()
                : "";
        return Client.ask(directories.socket(), verb, request(verb, arguments, directory, manifests));
    }

    private static Request request(String verb, List<String> arguments, Path directory, String manifests)
            throws IOException {
        return new Request(
                arguments, directory.toString(), manifests, text(System.getenv("TMUX")),
                Words.wantsInput(verb, arguments) ? input() : new byte[0],
                terminal(),
                "");
    }

    /// What the launcher saw of standard output: its columns, and what can be done with it.
    static Request.Terminal terminal() {
        var seen = System.getProperty("reconciler.terminal");
        if (seen == null) {
            return Request.Terminal.NONE;
        }
        var words = seen.split(",");
        try {
            return new Request.Terminal(
                    Integer.parseInt(words[0]), seen.contains(",colour"), seen.contains(",live"));
        } catch (NumberFormatException e) {
            return Request.Terminal.NONE;
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Standard input, whole.
    static byte[] input() throws IOException {
        var bytes = System.in.readNBytes(INPUT_MAX + 1);
        if (bytes.length > INPUT_MAX) {
            throw new IOException("standard input is larger than 1 MiB: no manifest and no message is");
        }
        return bytes;
    }

    /// Hands the terminal over: the launcher reads the script and becomes it.
    static int become(byte[] script) {
        if (System.getProperty("reconciler.exec") == null) {
            say(new String(script, StandardCharsets.UTF_8));
            return Failure.FAILED;
        }
        try (var out = new FileOutputStream(FileDescriptor.out)) {
            out.write(script);
            return EXEC;
        } catch (IOException e) {
            return BROKEN_PIPE;
        }
    }

    /// A message, in UTF-8 whatever the locale.
    static void say(String message) {
        try {
            new FileOutputStream(FileDescriptor.err).write((message + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // There is nobody to tell.
            return;
        }
    }
}

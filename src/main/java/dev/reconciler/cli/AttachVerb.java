package dev.reconciler.cli;

import dev.reconciler.api.Session;
import dev.reconciler.controller.Access;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `attach NAME`: into the session. The launcher becomes tmux: no JVM stays between it and the terminal.
@Command(
        name = "attach",
        description = "Into the agent's session, in your own terminal. Detach with the prefix and d (C-b d).",
        footer = {
            "",
            "Inside your own tmux the session is nested: press the prefix twice to reach the inner one.",
            "",
            "Examples:",
            "  reconciler attach ada",
            "  reconciler attach ada --read-only",
        })
final class AttachVerb implements Verb {
    @Mixin
    private OneAgent agent = new OneAgent();

    @Option(names = {"-r", "--read-only"}, description = "Only look: what is typed does not reach the program.")
    private boolean readOnly;

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        var access = call.access();
        var status = agent.require(access.view());
        var pane = pane(status.session());
        if (pane == null) {
            throw Failure.of("agent \"" + status.name().name() + "\" has no session to attach to: "
                    + Text.session(status.session()));
        }
        var socket = access.socket(status.name().namespace());
        var command = new ArrayList<>(List.of(program(pane), "-N", "-S", socket.toString()));
        boolean nested = !call.tmux().isEmpty();
        // Already a client of that very server: it only has to look at another session.
        boolean inside = call.tmux().startsWith(socket + ",");
        if (inside || !readOnly) {
            access.mayType(status.name());
        }
        if (inside) {
            command.addAll(List.of("switch-client", "-t", pane.sessionId()));
        } else {
            command.add("attach-session");
            if (readOnly) {
                command.add("-r");
            }
            command.addAll(List.of("-t", pane.sessionId()));
        }
        if (nested && !inside) {
            call.err()
                    .println("nested in your own tmux: the inner session gets what follows a second prefix"
                            + " (C-b C-b d detaches)");
        }
        call.exec((nested && !inside ? "unset TMUX TMUX_PANE; " : "") + "exec " + ShellWords.quote(command));
        return 0;
    }

    private static Session.@Nullable Pane pane(Session session) {
        return switch (session) {
            case Session.Running(var pane, _) -> pane;
            case Session.Exited(var pane, _, _) -> pane;
            case Session.Absent _,Session.Orphaned _,Session.Doubled _,Session.Ghost _,Session.OtherSource _,Session.Foreign _,Session.Unknown _ ->
                    null;
        };
    }

    /// The server's own program: a newer client may hang on an older server, also after an upgrade of tmux.
    private static String program(Session.Pane pane) {
        var own = Path.of("/proc/" + pane.server().pid() + "/exe");
        return Files.isExecutable(own) ? own.toString() : "tmux";
    }
}

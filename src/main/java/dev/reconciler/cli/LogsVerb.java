package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Session;
import dev.reconciler.controller.Access;
import dev.reconciler.host.LogFiles;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `logs NAME`: what the program printed.
@Command(
        name = "logs",
        description = "What the program printed, escape codes taken out.",
        footer = {
            "",
            "What it prints is kept in segments of an eighth of logs.maxBytes, and --since is as fine as these: it prints",
            "whole ones, from the first that was written to within DURATION.",
            "",
            "A program that redraws its screen reads badly as lines: see `reconciler screen NAME`.",
            "",
            "Examples:",
            "  reconciler logs ada",
            "  reconciler logs ada -f --tail 20     # the last lines, and what follows",
            "  reconciler logs ada --since 2h       # about the last two hours",
            "  reconciler logs ada --previous       # of the run before",
            "  reconciler logs ada --raw | less -R  # as recorded",
        })
final class LogsVerb implements Verb {
    /// How often a followed log is looked at: one listing and one read.
    private static final Duration BEAT = Duration.ofMillis(200);

    @Mixin
    private OneAgent agent = new OneAgent();

    @Option(names = {"-f", "--follow"}, description = "Go on until the run ends.")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "Only the last N lines (default: all).")
    private int tail = -1;

    @Option(names = "--since", paramLabel = "DURATION",
            description = "Only segments last written to within it, such as 5s, 2m, 3h (default: all).")
    private String since = "0";

    @Option(names = {"-p", "--previous"}, description = "Of the run before the current one.")
    private boolean previous;

    @Option(names = "--raw", description = "The bytes as recorded.")
    private boolean raw;

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException, InterruptedException {
        var span = Spans.parse("--since", since);
        if (span.isNegative()) {
            throw Failure.of("--since must be greater than 0");
        }
        var access = call.access();
        var name = agent.key();
        var status = agent.find(access.view());
        var files = new LogFiles(access.logs());
        var resumed = call.resume().split(" ", 2);
        var run = resumed.length > 1 ? resumed[0] : run(files, name, status);
        var log = new RunLog(files, name, run);
        int first = tail;
        if (resumed.length > 1) {
            log.seek(resumed[1]);
            first = -1;
        } else if (!span.isZero()) {
            log.since(access.now().plus(span.negated()).wall());
        }
        LogPrinter printer = raw ? new LogPrinter.Raw(call.out(), first) : new LogPrinter.Plain(call.out(), first);
        log.copy(printer);
        printer.caughtUp(!follow);
        call.out().flush();
        if (follow) {
            call.resumable(run + " " + log.position());
        }
        while (follow && !call.gone()) {
            // Asked before reading: what a run wrote last is read after it was seen to be over.
            boolean over = !goesOn(access, name, run);
            if (log.copy(printer) || over) {
                printer.caughtUp(over);
                call.resumable(run + " " + log.position());
            }
            if (over) {
                break;
            }
            Thread.sleep(BEAT);
        }
        if (printer.redraws()) {
            call.err()
                    .println("note: " + name.name() + " redraws its screen, so its output reads badly as lines;"
                            + " see: reconciler screen " + name.name());
        }
        return 0;
    }

    private String run(LogFiles files, AgentName name, @Nullable AgentStatus status) throws Failure, IOException {
        var runs = files.runs(name);
        var current = status == null || status.run() == null ? null : status.run().toString();
        if (status == null && runs.isEmpty()) {
            throw Failure.notFound(name.name());
        }
        if (!previous) {
            if (current == null && runs.isEmpty()) {
                throw Failure.of("agent \"" + name.name() + "\" has not run yet");
            }
            return current != null ? current : runs.getLast();
        }
        int at = current != null && runs.contains(current) ? runs.indexOf(current)
                : runs.size() - (current == null ? 1 : 0);
        if (at < 1) {
            throw Failure.of("previous terminated run of agent \"" + name.name() + "\" not found");
        }
        return runs.get(at - 1);
    }

    /// Until it is seen to be over: a run that cannot be seen for a while may print on.
    private static boolean goesOn(Access access, AgentName name, String run) {
        var view = access.view();
        var status = view.statuses().get(name);
        if (status == null || view.daemonPid() == null
                || status.run() != null && !run.equals(status.run().toString())) {
            return false;
        }
        return switch (status.session()) {
            // A stranger has its name only when no process of it is left.
            case Session.Absent _,Session.Exited _,Session.Foreign _ -> false;
            case Session.Running _,Session.Orphaned _,Session.Doubled _,Session.Ghost _,Session.OtherSource _,Session.Unknown _ ->
                    true;
        };
    }
}

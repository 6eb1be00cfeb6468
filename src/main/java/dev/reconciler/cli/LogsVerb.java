package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.controller.Access;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `logs NAME`: what the program printed.
@Command(
        name = "logs",
        description = "What the program printed, escape codes taken out.",
        footer = {
            "",
            "A program that redraws its screen reads badly as lines: see `reconciler screen NAME`.",
            "",
            "Examples:",
            "  reconciler logs ada",
            "  reconciler logs ada -f --tail 20     # the last lines, and what follows",
            "  reconciler logs ada --previous       # of the run before",
            "  reconciler logs ada --raw | less -R  # as recorded",
        })
final class LogsVerb implements Verb {
    /// How often a followed log is looked at: one listing and one read.
    private static final Duration BEAT = Duration.ofMillis(200);

    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Option(names = {"-f", "--follow"}, description = "Go on until the run ends.")
    private boolean follow;

    @Option(names = "--tail", paramLabel = "N", description = "Only the last N lines (default: all).")
    private int tail = -1;

    @Option(names = {"-p", "--previous"}, description = "Of the run before the current one.")
    private boolean previous;

    @Option(names = "--raw", description = "The bytes as recorded.")
    private boolean raw;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "The agent.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException, InterruptedException {
        var access = call.access();
        var typed = OneAgent.name(words);
        var name = namespaced.name(typed);
        if (name == null) {
            throw Failure.notFound(typed);
        }
        var status = namespaced.find(access.view(), typed);
        var run = run(access, name, status);
        var log = new RunLog(access.logs(), name, run);
        LogPrinter printer = raw ? new LogPrinter.Raw(call.out(), tail) : new LogPrinter.Plain(call.out(), tail);
        log.copy(printer);
        printer.caughtUp(!follow);
        call.out().flush();
        while (follow && !call.gone()) {
            // Asked before reading: what a run wrote last is read after it was seen to be over.
            boolean over = !goesOn(access, name, run);
            if (log.copy(printer) || over) {
                printer.caughtUp(over);
                call.out().flush();
            }
            if (over) {
                break;
            }
            Thread.sleep(BEAT);
        }
        if (printer.redraws()) {
            call.err().println("note: " + name.name() + " redraws its screen, so its output reads badly as lines;"
                    + " see: reconciler screen " + name.name());
        }
        return 0;
    }

    private RunId run(Access access, AgentName name, @Nullable AgentStatus status) throws Failure, IOException {
        var runs = RunLog.runs(access.logs(), name);
        var current = status == null ? null : status.run();
        if (status == null && runs.isEmpty()) {
            throw Failure.notFound(name.name());
        }
        if (!previous) {
            if (current == null && runs.isEmpty()) {
                throw Failure.of("agent \"" + name.name() + "\" has not run yet");
            }
            return current != null ? current : runs.getLast();
        }
        RunId before = null;
        for (var run : runs) {
            if (current == null ? !run.equals(runs.getLast()) : run.uid().equals(current.uid()) && run.number() < current.number()) {
                before = run;
            }
        }
        if (before == null) {
            throw Failure.of("previous terminated run of agent \"" + name.name() + "\" not found");
        }
        return before;
    }

    private static boolean goesOn(Access access, AgentName name, RunId run) {
        var status = access.view().statuses().get(name);
        return status != null
                && run.equals(status.run())
                && status.session() instanceof Session.Running
                && access.view().daemonPid() != null;
    }

}

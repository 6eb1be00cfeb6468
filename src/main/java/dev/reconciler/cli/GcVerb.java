package dev.reconciler.cli;

import dev.reconciler.actuate.Outcome;
import dev.reconciler.controller.Access;
import dev.reconciler.plan.Finding;
import dev.reconciler.plan.Finding.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `gc`: what is nobody's any more. Says what it would do; does it with `--yes`.
@Command(
        name = "gc",
        description = "Find what is nobody's any more: lost servers, sessions without a manifest, orphans, sockets.",
        footer = {
            "",
            "Without --yes it only says what it would do, why, and what would be lost. What is not proven to be ours is",
            "never ended, unless it is a lost tmux server that you name with --foreign. What is uncertain is left.",
            "",
            "Exit codes: 0 nothing to do, or all of it done; 1 something is left.",
            "",
            "Examples:",
            "  reconciler gc",
            "  reconciler gc --yes",
            "  reconciler gc --foreign 4711 --yes   # a lost server of somebody else, with all that is in it",
        })
final class GcVerb implements Verb {
    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Option(names = "--foreign", description = "The pids that follow are lost servers of others, to be ended as well.")
    private boolean foreign;

    @Parameters(paramLabel = "PID", arity = "0..*", description = "With --foreign.")
    private List<String> pids = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        if (foreign == pids.isEmpty()) {
            throw Failure.of(foreign ? "--foreign needs the pids of the servers" : "pids are given with --foreign");
        }
        var named = new TreeSet<>(ServerTableView.servers(pids));
        var access = call.access();
        var findings = access.garbage(named);
        for (var pid : named) {
            if (findings.stream().noneMatch(f -> f instanceof Finding.LostServer s && s.server().pid() == pid)) {
                throw Failure.notFound("servers", List.of(Long.toString(pid)));
            }
        }
        if (findings.isEmpty()) {
            call.out().println("Nothing is left over.");
            return 0;
        }
        int left = 0;
        for (var finding : findings) {
            left += report(call, access, finding) ? 0 : 1;
        }
        if (!yes && findings.stream().anyMatch(Finding::reaps)) {
            call.err().println("Nothing was done: `reconciler gc --yes` does what is said to be reaped.");
        }
        return left == 0 ? 0 : Failure.FAILED;
    }

    /// @return false when there is something to do that is not done
    private boolean report(Call call, Access access, Finding finding) throws Access.Refusal {
        var verdict =
                switch (finding.judgement()) {
                    case Judgement.Reap reap -> yes ? "reap" : "would reap";
                    case Judgement.Leave leave -> "leave";
                    case Judgement.Unknown unknown -> "unknown";
                };
        call.out().println(Text.plain(verdict + ": " + finding.what()));
        call.out().println(Text.plain("  why:  " + finding.judgement().why()));
        finding.lost().forEach(lost -> call.out().println(Text.plain("  lost: " + lost)));
        if (!finding.reaps()) {
            return true;
        }
        if (!yes) {
            return false;
        }
        call.out().flush();
        return switch (access.reap(finding)) {
            case Outcome.Started _,Outcome.Succeeded _ -> {
                call.out()
                        .println(finding instanceof Finding.UnwantedSession
                                ? "  done: it is being ended as by `reconciler delete`"
                                : "  done: nothing of it is left");
                yield true;
            }
            case Outcome.Skipped(var why) -> {
                call.out().println(Text.plain("  skipped: " + why));
                yield true;
            }
            case Outcome.Failed(var why) -> {
                call.err().println(Text.plain("error: " + finding.what() + ": " + why));
                yield false;
            }
        };
    }
}

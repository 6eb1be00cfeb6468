package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.observed.Inventory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `rescue PID`: makes a tmux server reachable that lost its socket, anybody's.
@Command(
        name = "rescue",
        description = "Make a tmux server reachable again that lost its socket, its sessions alive.",
        footer = {
            "",
            "At its own path when nobody owns that; else beside it, at PATH.ghost-PID: whoever owns the path keeps it,",
            "and its clients notice nothing.",
            "",
            "Examples:",
            "  reconciler get servers            # their pids and states",
            "  reconciler describe server 4711   # what is in it",
            "  reconciler rescue 4711",
        })
final class RescueVerb implements Verb {
    @Parameters(paramLabel = "PID", arity = "1..*", description = "Pids of tmux servers, as `get servers` lists them.")
    private List<String> pids = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        var access = call.access();
        int code = 0;
        for (var server : ServerTableView.servers(pids)) {
            var entry = access.servers(Inventory.Witness.Proc, false).find(server);
            if (entry == null || entry.process() == null) {
                throw Failure.notFound("servers", List.of(Long.toString(server)));
            }
            if (entry.state() == Inventory.State.Live) {
                call.out().println(Text.plain("server/" + server + " can be reached at " + entry.path()));
                continue;
            }
            try {
                var path = access.rescue(entry.process());
                call.out()
                        .println(Text.plain("server/" + server + " rescued: tmux -S " + ShellWords.quote(List.of(path))
                                + " attach"));
            } catch (Access.Refusal e) {
                call.err().println(Text.plain("error: server/" + server + ": " + e.getMessage()));
                code = Failure.FAILED;
            }
        }
        return code;
    }
}

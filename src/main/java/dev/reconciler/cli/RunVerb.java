package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.server.ApiServer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `run`: the daemon.
@Command(
        name = "run",
        description = "The daemon, in the foreground: keeps the sessions as the folder says.",
        footer = {
            "",
            "It may be killed at any time: sessions run on, and the next start takes them over.",
            "",
            "Examples:",
            "  reconciler run",
            "  reconciler run --once                       # what can be done now; exit code as of status",
            "  reconciler run --manifests ~/team/agents    # another folder",
            "  reconciler run --record /tmp/case.jsonl.gz  # for whoever asks why: reconciler replay FILE",
        })
final class RunVerb implements Verb {
    private final Engine engine;

    @Option(names = "--once",
            description = "Do what can be done without waiting, then exit as status does: 1 when something needs a person.")
    private boolean once;

    @Option(names = "--record", paramLabel = "FILE",
            description = "Write what each round decides from to FILE instead of the state directory, for support:"
                    + " what is there stays, secrets are left out, it ends at 1 GiB. See replay.")
    private @Nullable String record;

    RunVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public int run(Call call) throws Access.Refusal, IOException, InterruptedException {
        var given = call.settings();
        var settings = record == null ? given : given.record(call.directory().resolve(record).normalize());
        return engine.run(settings, once, (access, runs) -> {
            var renderer = new Renderer(access, settings, engine);
            var server = ApiServer.open(settings.directories().socket(), renderer);
            runs.answer((run, client) -> server.serve(client, renderer.of(run)));
            return server;
        });
    }
}

package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.server.ApiServer;
import java.io.IOException;
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
            "  reconciler run --once                       # one round, then exit",
            "  reconciler run --manifests ~/team/agents    # another folder",
        })
final class RunVerb implements Verb {
    private final Engine engine;

    @Option(names = "--once", description = "One round, then exit.")
    private boolean once;

    RunVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public int run(Call call) throws Access.Refusal, IOException, InterruptedException {
        var settings = call.settings();
        return engine.run(settings, once, (access, runs) -> {
            var renderer = new Renderer(access, settings, engine);
            var server = ApiServer.open(settings.directories().socket(), renderer);
            runs.answer((run, client) -> server.serve(client, renderer.of(run)));
            return server;
        });
    }
}

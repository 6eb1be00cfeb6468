package dev.reconciler.cli;

import dev.reconciler.api.Grant;
import dev.reconciler.api.RunId;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.GrantedAccess;
import dev.reconciler.controller.Settings;
import dev.reconciler.server.Handler;
import dev.reconciler.server.Reply;
import dev.reconciler.server.Request;
import java.io.PrintStream;
import java.nio.file.Path;

/// The daemon's side of the command line: runs a client's verb on the daemon's own pictures.
final class Renderer implements Handler {
    private final Access access;
    private final Settings settings;
    private final Engine engine;

    Renderer(Access access, Settings settings, Engine engine) {
        this.access = access;
        this.settings = settings;
        this.engine = engine;
    }

    @Override
    public int answer(Request request, Reply reply) {
        var served = settings.manifests().toString();
        if (!request.manifests().isEmpty() && !request.manifests().equals(served)) {
            reply.err()
                    .println("error: the daemon that was reached keeps " + served + ", not " + request.manifests()
                            + "; --state or --runtime lead to another one");
            return Failure.FAILED;
        }
        return new Shell(engine).runRendered(request.arguments(), new RemoteCall(access, settings, request, reply));
    }

    /// For the programs of one run.
    Handler of(RunId run) {
        var granted = new GrantedAccess(access, run);
        var inside = new Renderer(granted, settings, engine);
        return (request, reply) -> Words.verb(request.arguments()).equals(Words.APPLY)
                ? mayApply(granted, reply)
                : inside.answer(request, reply);
    }

    /// The client writes into the folder itself, and only asks.
    private static int mayApply(GrantedAccess granted, Reply reply) {
        try {
            granted.need(Grant.Apply, "write manifests");
            return 0;
        } catch (Access.Refusal e) {
            reply.err().println("error: " + e.getMessage());
            return Failure.FAILED;
        }
    }

    private record RemoteCall(Access access, Settings settings, Request request, Reply reply) implements Call {
        @Override
        public Path directory() {
            return Path.of(request.directory());
        }

        @Override
        public String tmux() {
            return request.tmux();
        }

        @Override
        public byte[] input() {
            return request.input();
        }

        @Override
        public PrintStream out() {
            return reply.out();
        }

        @Override
        public PrintStream err() {
            return reply.err();
        }

        @Override
        public boolean gone() {
            return reply.gone();
        }

        @Override
        public Request.Terminal terminal() {
            return request.terminal();
        }

        @Override
        public String resume() {
            return request.resume();
        }

        @Override
        public void resumable(String from) {
            reply.resumable(from);
        }

        @Override
        public void picture() {
            reply.picture();
        }

        @Override
        public void exec(String script) {
            reply.exec(script);
        }
    }
}

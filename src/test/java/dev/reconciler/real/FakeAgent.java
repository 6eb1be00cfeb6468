package dev.reconciler.real;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The pretend agent `agents/agent.pl`, whose arguments are its life; its first lines list the steps.
public final class FakeAgent {
    private FakeAgent() {}

    /// `argv("say:hello", "ignore:TERM", "forever")`.
    public static List<String> argv(String... steps) {
        var argv = new ArrayList<>(List.of("/usr/bin/perl", script().toString()));
        argv.addAll(List.of(steps));
        return List.copyOf(argv);
    }

    public static Path script() {
        try {
            return Path.of(FakeAgent.class.getResource("/agents/agent.pl").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

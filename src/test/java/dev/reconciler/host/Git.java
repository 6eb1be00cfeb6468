package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A repository of a test, driven by the real `git` with no settings but its own.
public record Git(Path directory) {
    /// A new one with a first, empty commit on `main`.
    public static Git init(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        var git = new Git(directory);
        git.run("init", "-q", "-b", "main");
        git.run("commit", "-q", "--allow-empty", "-m", "Begin");
        return git;
    }

    public Git write(String file, String text) {
        try {
            var path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return this;
    }

    /// Everything there is.
    ///
    /// @return its full hash
    public String commit(String message) {
        run("add", "-A");
        run("commit", "-q", "-m", message);
        return head();
    }

    public String head() {
        return run("rev-parse", "HEAD");
    }

    /// @return what it printed
    /// @throws IllegalStateException when it fails
    public String run(String... arguments) {
        var outcome = attempt(arguments);
        if (outcome.code != 0) {
            throw new IllegalStateException("git " + List.of(arguments) + ": " + outcome.out);
        }
        return outcome.out;
    }

    public record Outcome(int code, String out) {}

    public Outcome attempt(String... arguments) {
        return attempt(Map.of(), arguments);
    }

    /// @param environment on top of this JVM's
    public Outcome attempt(Map<String, String> environment, String... arguments) {
        var argv = new ArrayList<>(List.of(
                "git", "-C", directory.toString(), "-c", "user.name=Ada", "-c", "user.email=ada@example.org",
                "-c", "protocol.file.allow=always", "-c", "gc.auto=0"));
        argv.addAll(List.of(arguments));
        try {
            var builder = new ProcessBuilder(argv).redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
            builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
            builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
            builder.environment().put("GIT_EDITOR", "true");
            builder.environment().putAll(environment);
            var process = builder.start();
            process.getOutputStream().close();
            var out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), out.strip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

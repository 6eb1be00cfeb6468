package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What TAB offers in the shells that are installed, from the live daemon. How long it takes is a figure of the bench.
@Tag("real")
@ExtendWith(TestDirs.Provider.class)
class CompletionTest {
    private static final List<String> SLEEP = List.of("sleep", "1000");

    private static Product fleet(TestDirs dirs) throws IOException {
        var product = new Product(dirs).start();
        product.write("ada.yaml", Product.agent("worker-ada", SLEEP) + "---\n" + Product.agent("worker-bob", SLEEP)
                + "---\n"
                + Product.agent("reader", SLEEP).replace("{name: reader}", "{name: reader, namespace: team}"));
        product.awaitPhase("worker-ada", "Running");
        return product;
    }

    private static String shell(String name) {
        for (var directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            var program = Path.of(directory, name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        Assumptions.abort(name + " is not installed");
        return "";
    }

    private static String run(TestDirs dirs, String... command) throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new java.io.File("/dev/null"));
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        builder.environment().put("PATH", Product.LAUNCHER.getParent() + ":" + System.getenv("PATH"));
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        return said;
    }

    private static List<String> bash(TestDirs dirs, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(shell("bash"), "-c", """
                source <(reconciler completion bash)
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                _reconciler
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash"));
        command.addAll(List.of(words));
        return run(dirs, command.toArray(String[]::new)).lines().filter(l -> !l.isEmpty()).toList();
    }

    @Test
    void bash_offers_verbs_kinds_names_namespaces_and_formats(TestDirs dirs) throws Exception {
        try (var product = fleet(dirs)) {
            assertEquals(List.of("replay", "rescue", "rollout", "run"), bash(dirs, "reconciler", "r"));
            assertEquals(List.of("agents", "scopes", "servers"), bash(dirs, "reconciler", "get", ""));
            assertEquals(List.of("worker-ada", "worker-bob"), bash(dirs, "reconciler", "logs", "w"));
            assertEquals(List.of("worker-ada", "worker-bob"), bash(dirs, "reconciler", "get", "agents", ""));
            assertEquals(List.of("agent/worker-ada", "agent/worker-bob"), bash(dirs, "reconciler", "wait", "agent/"));
            assertEquals(List.of("default", "team"), bash(dirs, "reconciler", "logs", "-n", ""));
            assertEquals(List.of("reader"), bash(dirs, "reconciler", "logs", "-n", "team", ""));
            // As bash cuts `--namespace=t`, and `--namespace=`.
            assertEquals(List.of("team"), bash(dirs, "reconciler", "get", "agents", "--namespace", "=", "t"));
            assertEquals(List.of("default", "team"), bash(dirs, "reconciler", "get", "agents", "--namespace", "="));
            assertEquals(List.of("json", "jsonpath="), bash(dirs, "reconciler", "get", "agents", "-o", "js"));
            assertEquals(List.of("--tail"), bash(dirs, "reconciler", "logs", "--t"));
            // Where files are meant bash's own completion steps in.
            assertEquals(List.of(), bash(dirs, "reconciler", "apply", "-f", "x"));
            product.killDaemon();
            assertEquals(List.of("status"), bash(dirs, "reconciler", "stat"));
        }
    }

    @Test
    void with_and_without_a_jvm_the_same_is_offered(TestDirs dirs) throws Exception {
        var perl = shell("perl");
        var script = Product.LAUNCHER.resolveSibling("complete").toString();
        try (var product = fleet(dirs)) {
            for (var words : List.of(List.of("logs", ""), List.of("get", "agents", "-n", ""), List.of("logs", "--t"),
                    List.of("ré", ""))) {
                var asked = new ArrayList<>(List.of("__complete", "--"));
                asked.addAll(words);
                var quick = new ArrayList<>(List.of(perl, script));
                quick.addAll(asked);
                // Inside of a run that is over it is the client's to say which daemon is meant.
                var slow = new ArrayList<>(List.of("env", "RECONCILER_SOCKET=/gone", "reconciler"));
                slow.addAll(asked);
                assertEquals(run(dirs, slow.toArray(String[]::new)), run(dirs, quick.toArray(String[]::new)), script);
            }
            assertEquals("worker-ada\nworker-bob\n", run(dirs, perl, script, "__complete", "--", "logs", "w"));
            assertEquals("", run(dirs, perl, script, "__complete", "--", "logs", "--runtime", "/elsewhere", "w"));
            // As the daemon keeps it in its state.
            assertEquals("worker-ada\nworker-bob\n", run(dirs, "env", "-u", "RECONCILER_RUNTIME", perl, script,
                    "__complete", "--", "logs", "w"));
            product.killDaemon();
            assertEquals("", run(dirs, perl, script, "__complete", "--", "logs", "w"));
        }
    }

    @Test
    void a_person_presses_tab_in_bash(TestDirs dirs) throws Exception {
        try (var _ = fleet(dirs); var window = new Window(dirs, 100, 10)) {
            window.type("exec " + shell("bash") + " --norc --noprofile");
            window.type("PATH=" + Product.LAUNCHER.getParent() + ":$PATH; source <(reconciler completion bash);"
                    + " echo prepared-$((1 + 1))");
            window.awaitText("prepared-2");
            window.text("reconciler describe agents worker-a");
            window.press("Tab");
            window.awaitText("agents worker-ada");
        }
    }

    @Test
    void zsh_offers_names(TestDirs dirs) throws Exception {
        var zsh = shell("zsh");
        try (var _ = fleet(dirs); var window = new Window(dirs, 100, 10)) {
            window.type("exec " + zsh + " -f");
            window.type("PATH=" + Product.LAUNCHER.getParent() + ":$PATH; autoload -Uz compinit; compinit -u -D;"
                    + " source <(reconciler completion zsh); echo prepared-$((1 + 1))");
            window.awaitText("prepared-2");
            window.text("reconciler describe agents worker-a");
            window.press("Tab");
            window.awaitText("agents worker-ada");
        }
    }

    @Test
    void fish_offers_names(TestDirs dirs) throws Exception {
        var fish = shell("fish");
        try (var _ = fleet(dirs)) {
            var said = run(dirs, fish, "--no-config", "-c",
                    "reconciler completion fish | source; complete -C 'reconciler describe agents w'");
            assertEquals("worker-ada\nworker-bob\n", said);
            assertEquals("default\nteam\n", run(dirs, fish, "--no-config", "-c",
                    "reconciler completion fish | source; complete -C 'reconciler logs -n '"));
        }
    }
}
